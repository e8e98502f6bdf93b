// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/family_order.hpp"

#include <algorithm>

namespace postern::upstream {

std::vector<net::Address> interleaved(std::vector<net::Address> addresses) {
  if (addresses.empty()) return addresses;
  const int family = addresses.front().family();
  const auto is_first = [family](const net::Address& one) { return one.family() == family; };
  const auto others = std::ranges::stable_partition(addresses, is_first);
  std::vector<net::Address> order;
  auto own = addresses.cbegin();
  auto other = others.begin();
  while (order.size() < addresses.size()) {
    if (own != others.begin()) order.push_back(*own++);
    if (other != addresses.end()) order.push_back(*other++);
  }
  return order;
}

}  // namespace postern::upstream
