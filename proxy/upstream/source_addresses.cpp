// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/source_addresses.hpp"

namespace postern::upstream {

SourceAddresses::SourceAddresses(const std::vector<std::string>& literals) {
  for (const std::string& literal : literals) {
    const auto address = net::Address::parse(literal, 0);
    if (address) (address->host().is_v4() ? v4_ : v6_) = address;
  }
}

const std::optional<net::Address>& SourceAddresses::towards(
    const net::Address& target) const noexcept {
  return target.host().is_v4() ? v4_ : v6_;
}

}  // namespace postern::upstream
