// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/network_name.hpp"

#include <optional>

#include "policy/network.hpp"

namespace postern::report {

std::string network_of(const std::string& ip) {
  const std::optional<policy::IpAddress> address = policy::IpAddress::parse(ip);
  if (!address) return {};
  return policy::Network::around(*address, address->is_v4() ? 24 : 48).text();
}

}  // namespace postern::report
