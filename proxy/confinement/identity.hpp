// SPDX-License-Identifier: Apache-2.0
// Becoming somebody else on the way from root. What is kept of root's rights is one, to listen on
// ports below 1024, also for programs that are started from then on: as systemd leaves it with
// User= and AmbientCapabilities=CAP_NET_BIND_SERVICE.
#pragma once

#include <sys/types.h>

#include <expected>
#include <string>

namespace postern::confinement {

struct Identity {
  std::string name;
  uid_t user = 0;
  gid_t group = 0;
};

/// Who has that name on this machine, or why nobody.
[[nodiscard]] std::expected<Identity, std::string> identity_of(const std::string& name);

/// This process is nobody else from here on, and has the groups of that user; only root can do so.
/// Before there is a second thread. Empty, or what could not be done: then it may be either, and
/// has to end.
[[nodiscard]] std::string become(const Identity& identity);

}  // namespace postern::confinement
