// SPDX-License-Identifier: Apache-2.0
#include "policy/ip_address.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace postern::policy {
namespace {

constexpr IpAddress::V6 kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0};

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) noexcept {
  std::array<char, INET6_ADDRSTRLEN> literal{};  // with its final NUL
  // inet_pton stops at a NUL, and no literal holds one.
  if (text.size() >= literal.size() || text.contains('\0')) return std::nullopt;
  std::ranges::copy(text, literal.begin());
  V4 v4{};
  if (inet_pton(AF_INET, literal.data(), v4.data()) == 1) return from_v4(v4);
  V6 v6{};
  if (inet_pton(AF_INET6, literal.data(), v6.data()) == 1) return from_v6(v6);
  return std::nullopt;
}

IpAddress IpAddress::from_v4(const V4& bytes) noexcept {
  V6 mapped = kMapped;
  std::ranges::copy(bytes, mapped.begin() + kMappedBytes);
  return IpAddress(mapped);
}

bool IpAddress::is_v4() const noexcept {
  return std::equal(bytes_.begin(), bytes_.begin() + kMappedBytes, kMapped.begin());
}

std::span<const std::uint8_t> IpAddress::own_bytes() const noexcept {
  return std::span(bytes_).subspan(is_v4() ? kMappedBytes : 0);
}

bool IpAddress::is_loopback() const noexcept {
  constexpr IpAddress kLoopback({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
  return is_v4() ? bytes_[kMappedBytes] == 127 : *this == kLoopback;
}

bool IpAddress::is_wildcard() const noexcept {
  return std::ranges::all_of(own_bytes(), [](std::uint8_t byte) { return byte == 0; });
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(is_v4() ? AF_INET : AF_INET6, own_bytes().data(), text.data(), text.size());
  return text.data();
}

}  // namespace postern::policy
