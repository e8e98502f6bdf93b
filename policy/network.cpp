// SPDX-License-Identifier: Apache-2.0
#include "policy/network.hpp"

#include <algorithm>
#include <charconv>

namespace postern::policy {
namespace {

constexpr unsigned kMappedBits = 8 * kMappedBytes;

IpAddress::V6 masked(const IpAddress::V6& bytes, unsigned prefix) noexcept {
  IpAddress::V6 result{};
  const std::size_t whole = prefix / 8;
  std::copy_n(bytes.begin(), whole, result.begin());
  if (const unsigned rest = prefix % 8; rest != 0) {
    result[whole] = static_cast<std::uint8_t>(bytes[whole] & (0xff00U >> rest));
  }
  return result;
}

unsigned bits_of(const IpAddress& address) noexcept { return address.is_v4() ? 32 : 128; }

}  // namespace

Network::Network(const IpAddress& address, unsigned prefix) noexcept
    : first_(IpAddress::from_v6(masked(address.bytes(), prefix))),
      prefix_(static_cast<std::uint8_t>(prefix)) {}

std::optional<Network> Network::parse(std::string_view text) noexcept {
  const std::size_t slash = text.find('/');
  const std::string_view literal = text.substr(0, slash);
  const auto address = IpAddress::parse(literal);
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return around(*address, bits_of(*address));

  const std::string_view digits = text.substr(slash + 1);
  const char* const end = digits.data() + digits.size();
  unsigned prefix = 0;
  const auto [stop, error] = std::from_chars(digits.data(), end, prefix);
  const bool leading_zero = digits.size() > 1 && digits.front() == '0';
  if (error != std::errc() || stop != end || leading_zero) return std::nullopt;
  // "::ffff:10.0.0.0/104" counts its prefix as it is written, in bits of IPv6.
  const bool mapped = address->is_v4() && literal.contains(':');
  if (prefix > (mapped ? 128 : bits_of(*address))) return std::nullopt;
  return mapped ? Network(*address, prefix) : around(*address, prefix);
}

Network Network::around(const IpAddress& address, unsigned prefix) noexcept {
  const unsigned bits = std::min(prefix, bits_of(address));
  return {address, address.is_v4() ? bits + kMappedBits : bits};
}

bool Network::contains(const IpAddress& address) const noexcept {
  return address.is_v4() == is_v4() && masked(address.bytes(), prefix_) == first_.bytes();
}

std::string Network::text() const {
  if (prefix() == bits_of(first_)) return first_.text();
  return first_.text() + "/" + std::to_string(prefix());
}

}  // namespace postern::policy
