// SPDX-License-Identifier: Apache-2.0
// What a process has from others when it begins: listening sockets that a service manager has
// opened, and the place of another process, with what that leaves.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "proxy/confinement/launcher.hpp"
#include "proxy/keys/keeper.hpp"
#include "proxy/server/inherited_socket.hpp"
#include "proxy/server/legacy.hpp"
#include "proxy/server/predecessor.hpp"
#include "proxy/server/sandbox.hpp"
#include "proxy/server/stage.hpp"
#include "tls/ticket_keys.hpp"

namespace postern::server {

/// How a process came about. Empty: on its own.
struct Birth {
  std::optional<keys::Keeper> keeper = {};      // for private keys, if the configuration wants that
  std::vector<InheritedSocket> sockets = {};    // that a service manager has passed
  std::optional<Predecessor> predecessor = {};  // whose place it takes
  std::optional<confinement::Launcher> launcher = {};  // of what takes its place, when told to
  Sandbox sandbox = {};                                // in which it is
};

/// For the time of the start; it waits for the other process.
class Heritage {
 public:
  Heritage(std::vector<InheritedSocket> sockets, std::optional<Predecessor> predecessor) noexcept
      : sockets_(std::move(sockets)), predecessor_(std::move(predecessor)) {}

  /// All listening sockets, once. Why those of the process before do not come.
  [[nodiscard]] std::expected<std::vector<InheritedSocket>, Refusal> take_sockets();
  /// Everything that could fail for reasons of this process has not: what the other one leaves is
  /// taken over, keys of session tickets into `keys`. Why it does not let go.
  [[nodiscard]] std::expected<void, Refusal> take_over(tls::TicketKeys& keys);
  /// There will be no start. `file` is the configuration's.
  void refuse(const conf::Diagnostics& why, const std::string& file);

  /// Whether a process before is told that this one serves, and if so, by whom it is.
  std::optional<Predecessor>& predecessor() noexcept { return predecessor_; }
  Legacy& legacy() noexcept { return legacy_; }

 private:
  std::vector<InheritedSocket> sockets_;
  std::optional<Predecessor> predecessor_;
  Legacy legacy_;
};

}  // namespace postern::server
