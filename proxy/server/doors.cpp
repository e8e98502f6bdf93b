// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/doors.hpp"

#include <algorithm>

#include "conf/lanes.hpp"
#include "proxy/server/port_holder.hpp"

namespace postern::server {
namespace {

std::string refusal_of(const net::Address& address, std::error_code error) {
  std::string text = "cannot listen on " + address.text() + ": " + error.message();
  if (error != std::errc::address_in_use) return text;
  return text + holder_of(address).value_or("");
}

std::optional<std::size_t> position_of(const conf::Lanes* one,
                                       const std::vector<conf::Lanes>& all) noexcept {
  if (one == nullptr) return std::nullopt;
  return static_cast<std::size_t>(one - all.data());
}

}  // namespace

std::expected<std::vector<Door>, conf::Diagnostics> Doors::prepare(
    const conf::Document& document) const {
  const conf::Live& settings = document.settings.live;
  const std::vector<conf::Lanes> all_lanes = conf::lanes_of(settings);
  std::vector<Door> doors;
  conf::Diagnostics failures;
  for (std::size_t i = 0; i < settings.listeners.size(); ++i) {
    const conf::Listener& listener = settings.listeners[i];
    for (const conf::Endpoint& endpoint : listener.address) {
      const auto lanes = position_of(conf::find_lanes(all_lanes, i, endpoint), all_lanes);
      if (lanes && std::ranges::find(doors, lanes, &Door::lanes) != doors.end()) continue;
      auto door = open(listener.name + " " + to_string(endpoint), endpoint, doors);
      if (!door) {
        const std::string key = "listener[" + std::to_string(i) + "].address";
        failures.push_back(conf::about(document, conf::Severity::kError,
                                       conf::mark_of(document, key),
                                       "listener \"" + listener.name + "\": " + door.error()));
        continue;
      }
      door->listener = lanes ? all_lanes[*lanes].listeners.front() : i;
      door->lanes = lanes;
      doors.push_back(*std::move(door));
    }
  }
  if (!failures.empty()) return std::unexpected(std::move(failures));
  return doors;
}

std::expected<Door, std::string> Doors::open(std::string configured, const conf::Endpoint& endpoint,
                                             const std::vector<Door>& beside) const {
  Door door{.configured = std::move(configured), .address = {}, .sockets = {}};
  const auto wanted = net::Address::parse(endpoint.host, endpoint.port);
  if (!wanted) return std::unexpected(to_string(endpoint) + " is not an IP address");
  if (const Open* const known = find(door.configured, *wanted, beside)) {
    door.address = known->address;
    return door;
  }
  door.address = *wanted;
  for (unsigned i = 0; i < workers_; ++i) {
    auto socket = net::open_listening_socket(
        door.address, i == 0 ? claim_on(door.address, beside) : net::Claim::kShared);
    if (!socket) return std::unexpected(refusal_of(door.address, socket.error()));
    // Port 0: the system chooses for the first worker, the others share its choice.
    door.address = net::Address::of_socket(socket->get()).value_or(door.address);
    door.sockets.push_back(*std::move(socket));
  }
  return door;
}

void Doors::commit(const std::vector<Door>& doors) {
  open_.clear();
  for (const Door& door : doors) open_.push_back({door.configured, door.address});
}

// A socket is known by its address, so that a listener that is renamed keeps it: closing it would
// reset the connections that wait in it. Port 0 says nothing of an address; there the words decide.
const Doors::Open* Doors::find(const std::string& configured, const net::Address& wanted,
                               const std::vector<Door>& beside) const {
  const auto serves = [&](const Open& open) {
    const bool fits =
        wanted.port() == 0 ? open.configured == configured : open.address.text() == wanted.text();
    return fits && std::ranges::none_of(beside, [&open](const Door& door) {
             return door.address.text() == open.address.text();
           });
  };
  const auto known = std::ranges::find_if(open_, serves);
  return known == open_.end() ? nullptr : &*known;
}

// An address may be opened beside others of ours: 127.0.0.1 beside 0.0.0.0, or in a reload the same
// one under another name.
net::Claim Doors::claim_on(const net::Address& address, const std::vector<Door>& beside) const {
  const auto meets = [&address](const net::Address& other) {
    return other.port() == address.port() && other.family() == address.family();
  };
  const bool ours =
      std::ranges::any_of(open_, [&](const Open& open) { return meets(open.address); }) ||
      std::ranges::any_of(beside, [&](const Door& door) { return meets(door.address); });
  return ours ? net::Claim::kShared : net::Claim::kAlone;
}

}  // namespace postern::server
