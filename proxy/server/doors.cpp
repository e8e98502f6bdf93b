#include "proxy/server/doors.hpp"

#include "proxy/net/acceptor.hpp"

namespace postern::server {

std::expected<std::vector<Door>, conf::Diagnostics> Doors::prepare(
    const conf::Live& settings) const {
  std::vector<Door> doors;
  conf::Diagnostics failures;
  for (std::size_t i = 0; i < settings.listeners.size(); ++i) {
    const conf::Listener& listener = settings.listeners[i];
    for (const conf::Endpoint& endpoint : listener.address) {
      auto door = open(listener.name + " " + to_string(endpoint), endpoint);
      if (!door) {
        failures.push_back({.severity = conf::Severity::kError,
                            .mark = listener.mark,
                            .text = "listener \"" + listener.name + "\": " + door.error(),
                            .source_line = {}});
        continue;
      }
      door->listener = i;
      doors.push_back(*std::move(door));
    }
  }
  if (!failures.empty()) return std::unexpected(std::move(failures));
  return doors;
}

std::expected<Door, std::string> Doors::open(std::string key,
                                             const conf::Endpoint& endpoint) const {
  Door door{.key = std::move(key), .listener = 0, .address = {}, .sockets = {}};
  if (const auto known = open_.find(door.key); known != open_.end()) {
    door.address = known->second;
    return door;
  }
  const auto wanted = net::Address::parse(endpoint.host, endpoint.port);
  if (!wanted) return std::unexpected(to_string(endpoint) + " is no IP address");
  door.address = *wanted;
  for (unsigned i = 0; i < workers_; ++i) {
    auto socket = net::open_listening_socket(door.address);
    if (!socket) {
      return std::unexpected("cannot listen on " + door.address.text() + ": " +
                             socket.error().message());
    }
    // Port 0: the system chooses for the first worker, the others share its choice.
    door.address = net::Address::of_socket(socket->get()).value_or(door.address);
    door.sockets.push_back(*std::move(socket));
  }
  return door;
}

void Doors::commit(const std::vector<Door>& doors) {
  open_.clear();
  for (const Door& door : doors) open_.emplace(door.key, door.address);
}

}  // namespace postern::server
