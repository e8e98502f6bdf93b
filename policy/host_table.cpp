// SPDX-License-Identifier: Apache-2.0
#include "policy/host_table.hpp"

#include "policy/host_name.hpp"

namespace postern::policy {

bool HostTable::add(std::string_view pattern, std::size_t place) {
  return places_.emplace(canonical_host_name(pattern), place).second;
}

std::optional<std::size_t> HostTable::find(std::string_view host_name) const {
  const std::string name = canonical_host_name(host_name);
  if (const auto found = places_.find(name); found != places_.end()) return found->second;
  const std::size_t dot = name.find('.');
  if (dot == std::string::npos) return otherwise_;
  const auto found = places_.find("*" + name.substr(dot));
  return found == places_.end() ? otherwise_ : std::optional(found->second);
}

}  // namespace postern::policy
