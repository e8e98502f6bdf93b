// SPDX-License-Identifier: Apache-2.0
// A process that starts signers: forked while there is nothing yet that a signer must not inherit,
// it has no key, reads no network, and waits to be told. So a signer that died can be replaced at
// any time, without starting a program.
#pragma once

#include <sys/types.h>

#include <expected>
#include <string>

#include "proxy/net/descriptor.hpp"

namespace postern::keys {

class Keeper {
 public:
  /// Forks it. The process must have one thread and no descriptors that matter. Why, if it cannot.
  [[nodiscard]] static std::expected<Keeper, std::string> start();

  Keeper(Keeper&& other) noexcept;
  Keeper& operator=(Keeper&&) = delete;
  /// Ends it, and the signer with it.
  ~Keeper();

  /// Has it start a signer that serves this channel, in place of the one before. False when there
  /// is no keeper any more.
  [[nodiscard]] bool start_signer(const net::Descriptor& control) const noexcept;

 private:
  Keeper(pid_t process, net::Descriptor socket) noexcept
      : process_(process), socket_(std::move(socket)) {}

  pid_t process_;
  net::Descriptor socket_;
};

}  // namespace postern::keys
