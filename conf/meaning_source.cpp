// SPDX-License-Identifier: Apache-2.0
// Where connections to a backend come from: one address of a family at most, and one for each
// address that is reached.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "conf/meaning.hpp"
#include "policy/ip_address.hpp"

namespace postern::conf {
namespace {

std::string_view family_of(const policy::IpAddress& address) {
  return address.is_v4() ? "IPv4" : "IPv6";
}

}  // namespace

void check_source_addresses(Reading& reading, std::size_t index) {
  const Backend& backend = reading.settings.live.backends[index];
  if (backend.source_address.empty()) return;
  std::array<bool, 2> has = {};
  for (std::size_t i = 0; i < backend.source_address.size(); ++i) {
    const policy::IpAddress source = *policy::IpAddress::parse(backend.source_address[i]);
    bool& taken = has.at(source.is_v4() ? 0 : 1);
    if (taken) {
      reading.report.error(
          reading.mark_of(fmt::format("backend[{}].source_address[{}]", index, i)),
          fmt::format("`backend.source_address` has an {} address already", family_of(source)));
    }
    taken = true;
  }
  for (std::size_t i = 0; i < backend.address.size(); ++i) {
    const auto target = policy::IpAddress::parse(backend.address[i].host);
    if (!target || has.at(target->is_v4() ? 0 : 1)) continue;
    reading.report.error(
        reading.mark_of(fmt::format("backend[{}].address[{}]", index, i)),
        fmt::format("{} cannot be reached from `backend.source_address`, which has no {} address",
                    to_string(backend.address[i]), family_of(*target)));
  }
}

}  // namespace postern::conf
