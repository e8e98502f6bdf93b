// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/address.hpp"

#include <sys/socket.h>

#include <cstring>
#include <span>

namespace postern::net {

Address::Address() noexcept {
  std::memset(&storage_, 0, sizeof storage_);
  storage_.v4.sin_family = AF_INET;
}

std::optional<Address> Address::parse(std::string_view ip, std::uint16_t port) noexcept {
  const std::optional<policy::IpAddress> host = policy::IpAddress::parse(ip);
  if (!host) return std::nullopt;
  return of(*host, port);
}

Address Address::of(const policy::IpAddress& host, std::uint16_t port) noexcept {
  const std::span<const std::uint8_t> bytes = host.own_bytes();
  Address address;
  if (host.is_v4()) {
    std::memcpy(&address.storage_.v4.sin_addr, bytes.data(), bytes.size());
    address.storage_.v4.sin_port = htons(port);
    return address;
  }
  std::memset(&address.storage_, 0, sizeof address.storage_);
  address.storage_.v6.sin6_family = AF_INET6;
  std::memcpy(&address.storage_.v6.sin6_addr, bytes.data(), bytes.size());
  address.storage_.v6.sin6_port = htons(port);
  return address;
}

std::optional<Address> Address::of_socket(int descriptor) noexcept {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  auto* const raw = reinterpret_cast<sockaddr*>(&storage);
  if (getsockname(descriptor, raw, &size) != 0) return std::nullopt;
  return from(raw);
}

std::optional<Address> Address::from(const sockaddr* source) noexcept {
  Address address;
  if (source->sa_family == AF_INET) {
    std::memcpy(&address.storage_.v4, source, sizeof address.storage_.v4);
  } else if (source->sa_family == AF_INET6) {
    std::memcpy(&address.storage_.v6, source, sizeof address.storage_.v6);
  } else {
    return std::nullopt;
  }
  return address;
}

policy::IpAddress Address::host() const noexcept {
  if (family() == AF_INET) {
    policy::IpAddress::V4 bytes{};
    std::memcpy(bytes.data(), &storage_.v4.sin_addr, bytes.size());
    return policy::IpAddress::from_v4(bytes);
  }
  policy::IpAddress::V6 bytes{};
  std::memcpy(bytes.data(), &storage_.v6.sin6_addr, bytes.size());
  return policy::IpAddress::from_v6(bytes);
}

std::uint16_t Address::port() const noexcept {
  return ntohs(family() == AF_INET ? storage_.v4.sin_port : storage_.v6.sin6_port);
}

void Address::set_port(std::uint16_t port) noexcept {
  (family() == AF_INET ? storage_.v4.sin_port : storage_.v6.sin6_port) = htons(port);
}

std::string Address::text() const {
  const std::string host = ip();
  const bool bracketed = host.find(':') != std::string::npos;
  return (bracketed ? "[" + host + "]" : host) + ":" + std::to_string(port());
}

socklen_t Address::size() const noexcept {
  return family() == AF_INET ? sizeof storage_.v4 : sizeof storage_.v6;
}

}  // namespace postern::net
