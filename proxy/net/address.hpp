// SPDX-License-Identifier: Apache-2.0
// An IP address and a port, as the system's socket calls want it and as people write it.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/ip_address.hpp"

namespace postern::net {

class Address {
 public:
  /// 0.0.0.0:0.
  Address() noexcept;

  /// From an IP literal without brackets; IPv4 mapped into IPv6 becomes IPv4. Empty for any other
  /// text.
  static std::optional<Address> parse(std::string_view ip, std::uint16_t port) noexcept;

  static Address of(const policy::IpAddress& host, std::uint16_t port) noexcept;

  /// Of a socket's own end; empty when the system does not tell.
  static std::optional<Address> of_socket(int descriptor) noexcept;

  /// From what a socket call filled in. IPv4 or IPv6 only.
  static std::optional<Address> from(const sockaddr* address) noexcept;

  /// The address alone.
  policy::IpAddress host() const noexcept;
  /// The same as text, without brackets; an IPv4 address mapped into IPv6 is written as IPv4.
  std::string ip() const { return host().text(); }
  std::uint16_t port() const noexcept;
  void set_port(std::uint16_t port) noexcept;
  /// "IP:PORT", with brackets around IPv6.
  std::string text() const;

  /// 0.0.0.0 or [::].
  bool is_wildcard() const noexcept { return host().is_wildcard(); }
  int family() const noexcept { return storage_.any.sa_family; }
  const sockaddr* raw() const noexcept { return &storage_.any; }
  socklen_t size() const noexcept;

 private:
  union {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
  } storage_;
};

}  // namespace postern::net
