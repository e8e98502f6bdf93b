// SPDX-License-Identifier: Apache-2.0
#include "conf/self_reach.hpp"

#include "policy/ip_address.hpp"

namespace postern::conf {
bool reaches(const Endpoint& target, const Endpoint& listening) noexcept {
  const auto there = policy::IpAddress::parse(listening.host);
  if (target.port != listening.port || !there) return false;
  const bool everywhere = there->is_wildcard();
  if (target.host == "localhost") return everywhere || is_loopback(listening);
  const auto wanted = policy::IpAddress::parse(target.host);
  if (!wanted || wanted->is_v4() != there->is_v4()) return false;
  // To connect to 0.0.0.0 is to connect to this machine (Linux, ip(7)).
  if (wanted->is_wildcard()) return everywhere || is_loopback(listening);
  return *wanted == *there || (everywhere && is_loopback(target));
}

}  // namespace postern::conf
