#include "proxy/net/address.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <array>
#include <cstring>

namespace postern::net {

Address::Address() noexcept {
  std::memset(&storage_, 0, sizeof storage_);
  storage_.v4.sin_family = AF_INET;
}

std::optional<Address> Address::parse(const std::string& ip, std::uint16_t port) {
  Address address;
  if (inet_pton(AF_INET, ip.c_str(), &address.storage_.v4.sin_addr) == 1) {
    address.storage_.v4.sin_port = htons(port);
    return address;
  }
  std::memset(&address.storage_, 0, sizeof address.storage_);
  address.storage_.v6.sin6_family = AF_INET6;
  if (inet_pton(AF_INET6, ip.c_str(), &address.storage_.v6.sin6_addr) != 1) return std::nullopt;
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

std::string Address::ip() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (family() == AF_INET) {
    inet_ntop(AF_INET, &storage_.v4.sin_addr, text.data(), text.size());
  } else if (IN6_IS_ADDR_V4MAPPED(&storage_.v6.sin6_addr)) {
    inet_ntop(AF_INET, &storage_.v6.sin6_addr.s6_addr[12], text.data(), text.size());
  } else {
    inet_ntop(AF_INET6, &storage_.v6.sin6_addr, text.data(), text.size());
  }
  return text.data();
}

std::array<std::uint8_t, 16> Address::mapped() const noexcept {
  std::array<std::uint8_t, 16> bytes{};
  if (family() == AF_INET6) {
    std::memcpy(bytes.data(), &storage_.v6.sin6_addr, bytes.size());
  } else {
    bytes[10] = bytes[11] = 0xFF;
    std::memcpy(&bytes[12], &storage_.v4.sin_addr, 4);
  }
  return bytes;
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

bool Address::is_wildcard() const noexcept {
  if (family() == AF_INET) return storage_.v4.sin_addr.s_addr == INADDR_ANY;
  return IN6_IS_ADDR_UNSPECIFIED(&storage_.v6.sin6_addr);
}

socklen_t Address::size() const noexcept {
  return family() == AF_INET ? sizeof storage_.v4 : sizeof storage_.v6;
}

}  // namespace postern::net
