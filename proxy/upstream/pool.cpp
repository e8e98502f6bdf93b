// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/pool.hpp"

namespace postern::upstream {

// At another address may be another server, and behind a link that was not protected anybody.
std::shared_ptr<BackendState> Pool::find(const std::string& name,
                                         const std::vector<conf::Endpoint>& address,
                                         const conf::BackendSecurity& security) const {
  const std::lock_guard lock(mutex_);
  const auto known = members_.find(name);
  if (known == members_.end()) return std::make_shared<BackendState>();
  if (known->second.address == address && known->second.security == security) {
    return known->second.state;
  }
  auto fresh = std::make_shared<BackendState>();
  fresh->places = known->second.state->places;
  return fresh;
}

void Pool::keep(const std::vector<BackendPlan>& plans) {
  const std::lock_guard lock(mutex_);
  members_.clear();
  for (const BackendPlan& plan : plans) {
    members_.emplace(plan.name, Member{plan.address, plan.link.settings, plan.state});
    plan.state->places->allow(plan.max_connections);
  }
}

std::size_t Pool::size() const {
  const std::lock_guard lock(mutex_);
  return members_.size();
}

}  // namespace postern::upstream
