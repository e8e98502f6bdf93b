// SPDX-License-Identifier: Apache-2.0
#include "proxy/doctor/address_roll.hpp"

#include <memory>
#include <utility>

namespace postern::doctor {

using upstream::Candidates;

AddressRoll addresses_of(const upstream::Dialer::World& world, const conf::Backend& backend,
                         const upstream::BackendLink& link) {
  upstream::BackendPlan plan;
  plan.name = backend.name;
  plan.address = backend.address;
  plan.link = link;
  plan.state = std::make_shared<upstream::BackendState>();
  AddressRoll roll;
  Candidates candidates(world, plan, {}, [&loop = world.loop] { loop.stop(); });
  for (upstream::Candidate one;;) {
    const Candidates::Found found = candidates.next(one);
    for (Candidates::Unknown& name : candidates.take_unknown()) {
      roll.unknown.push_back(std::move(name));
    }
    switch (found) {
      case Candidates::Found::kNow:
        roll.candidates.push_back(one);
        break;
      case Candidates::Found::kLater:
        world.loop.run();
        break;
      case Candidates::Found::kNone:
        return roll;
    }
  }
}

}  // namespace postern::doctor
