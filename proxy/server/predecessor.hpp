// SPDX-License-Identifier: Apache-2.0
// The process whose place this one is to take, as long as this one begins. It waits for each
// answer, since it serves nobody yet; behind that the other one is an elder.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/net/descriptor.hpp"
#include "proxy/server/inherited_socket.hpp"
#include "proxy/server/legacy.hpp"

namespace postern::server {

class Predecessor {
 public:
  /// The one that has started this process for that; nothing when nobody has. Called once, before
  /// anything else is opened.
  static std::optional<Predecessor> from_environment();
  /// For tests: at the other end of this channel.
  explicit Predecessor(net::Descriptor channel) noexcept : channel_(std::move(channel)) {}

  /// Its listening sockets, or why they do not come.
  [[nodiscard]] std::expected<std::vector<InheritedSocket>, std::string> take_sockets();

  /// Says that nothing can fail any more, and takes what is left to this process; the other one has
  /// let go of everything that only one can have. Or why it does not come.
  [[nodiscard]] std::expected<Legacy, std::string> take_over();

  /// The end: this process does not take its place.
  void refuse(std::string_view why);

  /// Connections are accepted here. What becomes of the other one is heard from this channel.
  net::Descriptor serve() &&;

 private:
  std::string lost() const;

  net::Descriptor channel_;
};

}  // namespace postern::server
