// SPDX-License-Identifier: Apache-2.0
#include "proxy/explain/reach_words.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "conf/units.hpp"

namespace postern::explain {
namespace {

std::string_view order_of(policy::Balance balance) {
  switch (balance) {
    case policy::Balance::kFirst:
      return "in their order";
    case policy::Balance::kRoundRobin:
      return "by turns";
    case policy::Balance::kLeastConnections:
      return "by their connections";
    case policy::Balance::kHashUser:
      return "by the user's name";
  }
  std::unreachable();
}

std::string care_for(const conf::BackendHealth& health) {
  if (health.interval.count() == 0) return "not checked between logins";
  return fmt::format("checked every {}", conf::duration_text(health.interval));
}

}  // namespace

std::string reach_words(const conf::Backend& backend) {
  const std::size_t count = backend.address.size();
  const std::string care = care_for(backend.health);
  if (count == 1) return fmt::format("one address, {}", care);
  return fmt::format("{} addresses {}, each {}", count, order_of(backend.balance), care);
}

}  // namespace postern::explain
