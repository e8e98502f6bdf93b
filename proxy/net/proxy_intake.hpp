// SPDX-License-Identifier: Apache-2.0
// Takes the header of the PROXY protocol from a socket, and not a byte behind it: those belong to
// TLS, or to POP3. What is no header is left where it is.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "proxy/net/descriptor.hpp"
#include "proxy/net/proxy_header.hpp"

namespace postern::net {

class ProxyIntake {
 public:
  enum class State : std::uint8_t {
    kWaiting,   // for more
    kComplete,  // header() tells
    kFaulty,    // fault() tells
    kEnded,     // the peer has left before
  };

  ProxyIntake() = default;
  ~ProxyIntake();
  ProxyIntake(ProxyIntake&& other) = default;
  ProxyIntake& operator=(ProxyIntake&& other) = delete;

  /// Looks at what has arrived. Never waits. Not to be called again once it is not kWaiting.
  State look(const Descriptor& socket);

  const ProxyHeader& header() const noexcept { return header_; }
  ProxyFault fault() const noexcept { return fault_; }
  /// The first of what came, header or not; empty when nothing has.
  std::string_view opening() const noexcept { return {opening_.data(), opening_size_}; }

 private:
  State judge(const Descriptor& socket, std::span<char> bytes);
  void note_opening(std::string_view bytes) noexcept;

  std::string taken_;  // of a header that has not come whole
  ProxyHeader header_;
  ProxyFault fault_ = ProxyFault::kNone;
  std::array<char, 15> opening_{};  // as many as tell one protocol from another
  std::uint8_t opening_size_ = 0;
};

}  // namespace postern::net
