// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/doors.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "conf/lanes.hpp"
#include "proxy/server/port_holder.hpp"

namespace postern::server {
namespace {

std::string refusal_of(const net::Address& address, std::error_code error) {
  std::string text = "cannot listen on " + address.text() + ": " + error.message();
  if (error != std::errc::address_in_use) return text;
  // In the sandbox this process cannot look into others (ptrace(2), which Landlock bounds).
  return text + holder_of(address).value_or(" (postern check says by whom)");
}

std::optional<std::size_t> position_of(const conf::Lanes* one,
                                       const std::vector<conf::Lanes>& all) noexcept {
  if (one == nullptr) return std::nullopt;
  return static_cast<std::size_t>(one - all.data());
}

// Adds another number for the socket. False when the process has none left.
bool add_to(std::vector<net::Descriptor>& all, const net::Descriptor& socket) {
  all.push_back(socket.duplicate());
  return all.back().valid();
}

std::unexpected<std::string> no_number_left(const net::Address& address) {
  return std::unexpected(refusal_of(address, {errno, std::generic_category()}));
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
      auto opened = open(listener, endpoint, doors);
      if (!opened) {
        const std::string key = "listener[" + std::to_string(i) + "].address";
        failures.push_back(conf::about(document, conf::Severity::kError,
                                       conf::mark_of(document, key),
                                       "listener \"" + listener.name + "\": " + opened.error()));
        continue;
      }
      for (Door& door : *opened) {
        door.listener = lanes ? all_lanes[*lanes].listeners.front() : i;
        door.lanes = lanes;
        doors.push_back(std::move(door));
      }
    }
  }
  if (!failures.empty()) return std::unexpected(std::move(failures));
  return doors;
}

std::expected<std::vector<Door>, std::string> Doors::open(const conf::Listener& listener,
                                                          const conf::Endpoint& endpoint,
                                                          const Beside& beside) const {
  Door door;
  door.configured = listener.name + " " + to_string(endpoint);
  if (const auto name = conf::passed_name(endpoint)) return find_passed(door.configured, *name);
  const auto wanted = net::Address::parse(endpoint.host, endpoint.port);
  if (!wanted) return std::unexpected(to_string(endpoint) + " is not an IP address");
  door.address = *wanted;
  auto opened = open_address(std::move(door), beside);
  if (!opened) return std::unexpected(std::move(opened.error()));
  std::vector<Door> one;
  one.push_back(*std::move(opened));
  return one;
}

std::expected<Door, std::string> Doors::open_address(Door door, const Beside& beside) const {
  if (const Open* const known = find(door.configured, door.address, beside)) {
    door.address = known->address;
    return door;
  }
  if (const auto found = inherited_for(door); !found.empty()) return adopt(std::move(door), found);
  for (unsigned i = 0; i < workers_; ++i) {
    auto socket = net::open_listening_socket(
        door.address, i == 0 ? claim_on(door.address, beside) : net::Claim::kShared);
    if (!socket) return std::unexpected(refusal_of(door.address, socket.error()));
    // Port 0: the system chooses for the first worker, the others share its choice.
    door.address = net::Address::of_socket(socket->get()).value_or(door.address);
    if (!add_to(door.kept, *socket)) return no_number_left(door.address);
    door.sockets.push_back(*std::move(socket));
  }
  return door;
}

// A name may stand for several sockets, such as one of IPv4 and one of IPv6.
std::expected<std::vector<Door>, std::string> Doors::find_passed(const std::string& configured,
                                                                 std::string_view name) const {
  std::vector<Door> doors;
  std::vector<std::string_view> others;
  for (const InheritedSocket& one : inherited_) {
    if (one.name.empty()) continue;
    if (one.name != name) {
      others.push_back(one.name);
      continue;
    }
    Door door;
    door.configured = configured;
    door.address = one.address;
    if (find(configured, one.address, doors) == nullptr) {
      auto adopted = adopt(std::move(door), {&one});
      if (!adopted) return std::unexpected(std::move(adopted.error()));
      door = *std::move(adopted);
    }
    doors.push_back(std::move(door));
  }
  if (!doors.empty()) return doors;
  return std::unexpected(
      others.empty()
          ? fmt::format("no socket \"{}\" was passed to this process, nor any other: is there a "
                        "systemd.socket(5) with FileDescriptorName={}, and was it started by that?",
                        name, name)
          : fmt::format("no socket \"{}\" was passed to this process, but \"{}\"", name,
                        fmt::join(others, "\", \"")));
}

std::vector<const InheritedSocket*> Doors::inherited_for(const Door& door) const {
  std::vector<const InheritedSocket*> found;
  for (const InheritedSocket& one : inherited_) {
    const bool fits = door.address.port() == 0 ? one.configured == door.configured
                                               : one.address.text() == door.address.text();
    if (fits) found.push_back(&one);
  }
  return found;
}

// Each has to be accepted from, or who waits in it would wait in vain; workers that are more than
// sockets share.
std::expected<Door, std::string> Doors::adopt(
    Door door, const std::vector<const InheritedSocket*>& found) const {
  door.address = found.front()->address;
  for (std::size_t i = 0; i < std::max<std::size_t>(workers_, found.size()); ++i) {
    const net::Descriptor& socket = found[i % found.size()]->socket;
    if (!add_to(door.sockets, socket)) return no_number_left(door.address);
  }
  for (const InheritedSocket* const one : found) {
    if (one->name.empty() && !add_to(door.kept, one->socket)) return no_number_left(door.address);
  }
  return door;
}

void Doors::commit(std::vector<Door>& doors) {
  std::vector<Open> next;
  for (Door& door : doors) {
    Open open{door.configured, door.address, std::move(door.kept)};
    const auto known = std::ranges::find(open_, door.address.text(),
                                         [](const Open& o) { return o.address.text(); });
    if (open.kept.empty() && known != open_.end()) open.kept = std::move(known->kept);
    next.push_back(std::move(open));
  }
  open_ = std::move(next);
  std::erase_if(inherited_, [](const InheritedSocket& one) { return one.name.empty(); });
}

void Doors::close() noexcept {
  for (Open& open : open_) open.kept.clear();
  inherited_.clear();
}

std::vector<Doors::Bequest> Doors::bequest() const {
  std::vector<Bequest> all;
  all.reserve(inherited_.size() + open_.size());
  for (const InheritedSocket& one : inherited_) all.push_back({one.name, {}, &one.socket});
  for (const Open& open : open_) {
    for (const net::Descriptor& socket : open.kept) all.push_back({{}, open.configured, &socket});
  }
  return all;
}

std::vector<std::string> Doors::unused_names() const {
  std::vector<std::string> names;
  for (const InheritedSocket& one : inherited_) {
    const bool used = std::ranges::any_of(
        open_, [&](const Open& open) { return open.address.text() == one.address.text(); });
    if (!used) names.push_back(one.name);
  }
  return names;
}

// A socket is known by its address, so that a listener that is renamed keeps it: closing it would
// reset the connections that wait in it. Port 0 says nothing of an address; there the words decide.
const Doors::Open* Doors::find(const std::string& configured, const net::Address& wanted,
                               const Beside& beside) const {
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
net::Claim Doors::claim_on(const net::Address& address, const Beside& beside) const {
  const auto meets = [&address](const net::Address& other) {
    return other.port() == address.port() && other.family() == address.family();
  };
  const bool ours =
      std::ranges::any_of(open_, [&](const Open& open) { return meets(open.address); }) ||
      std::ranges::any_of(beside, [&](const Door& door) { return meets(door.address); }) ||
      std::ranges::any_of(inherited_,
                          [&](const InheritedSocket& one) { return meets(one.address); });
  return ours ? net::Claim::kShared : net::Claim::kAlone;
}

}  // namespace postern::server
