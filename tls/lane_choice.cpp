// SPDX-License-Identifier: Apache-2.0
#include "tls/lane_choice.hpp"

#include <algorithm>

#include "policy/must.hpp"
#include "tls/bio.hpp"
#include "tls/ciphers.hpp"

namespace postern::tls {

const Tier* LaneChoice::enter(SSL* ssl, std::string_view server_name) {
  chosen_ = lanes_.names->find(server_name);
  if (!chosen_) return nullptr;
  const Lane& lane = lanes_.all[*chosen_];
  const Tier& tier = lane.context->parts().tier_for(lane.floor);
  confine_to(ssl, tier, lane.floor);
  return &tier;
}

void confine_to(SSL* ssl, const Tier& tier, std::optional<Version> floor) {
  const Version least = std::max(tier.versions.min, floor.value_or(tier.versions.min));
  policy::must(confine(ssl, {least, tier.versions.max}), "confining a connection to versions");
}

const Tier* tier_by_version(SSL* ssl, const Tier* tier, std::optional<Version> newest) {
  const std::optional<Tier>& too_old = tier->parts->too_old;
  if (!too_old || !newest || wire_version(*newest) >= SSL_get_min_proto_version(ssl)) return tier;
  confine_to(ssl, *too_old, std::nullopt);
  SSL_set_options(ssl, SSL_OP_NO_TICKET);
  return &*too_old;
}

void settle(std::unique_ptr<LaneChoice>& choice, std::shared_ptr<const void>& context,
            std::optional<std::uint16_t>& lane) {
  if (!choice || !choice->chosen()) return;
  lane = static_cast<std::uint16_t>(*choice->chosen());
  context = choice->context();
  choice.reset();
}

LaneChoice* lane_choice(const SSL* ssl) { return lent_to(ssl).choice.get(); }

}  // namespace postern::tls
