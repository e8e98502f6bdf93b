// SPDX-License-Identifier: Apache-2.0
#include "tls/subject_ip.hpp"

#include <algorithm>
#include <optional>

#include "policy/ip_address.hpp"

namespace postern::tls {
std::string ip_bytes(std::string_view literal) {
  if (literal.size() > 2 && literal.front() == '[' && literal.back() == ']') {
    literal = literal.substr(1, literal.size() - 2);
  }
  const std::optional<policy::IpAddress> address = policy::IpAddress::parse(literal);
  if (!address) {
    return {};
  }
  const auto bytes = address->own_bytes();
  return {bytes.begin(), bytes.end()};
}

std::string ip_text(std::string_view bytes) {
  policy::IpAddress::V4 v4{};
  policy::IpAddress::V6 v6{};
  if (bytes.size() == v4.size()) {
    std::ranges::copy(bytes, v4.begin());
    return policy::IpAddress::from_v4(v4).text();
  }
  if (bytes.size() == v6.size()) {
    std::ranges::copy(bytes, v6.begin());
    return policy::IpAddress::from_v6(v6).text();
  }
  return {};
}

}  // namespace postern::tls
