// SPDX-License-Identifier: Apache-2.0
// What is true of a process at the moment, for metrics: backends, certificates, bans, and whether
// it serves.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "proxy/admin/metrics.hpp"
#include "proxy/server/guard.hpp"
#include "proxy/session/snapshot.hpp"
#include "tls/certificate.hpp"

namespace postern::server {

/// What is looked at.
struct Sight {
  const session::Snapshot& snapshot;
  const std::vector<std::string>& server_names;
  std::vector<std::shared_ptr<const tls::Certificate>> certificates;
  const Guard& guard;
  bool draining = false;
  bool reload_taken = true;                 // the last one
  std::chrono::sys_seconds loaded_at = {};  // the configuration in use
  std::size_t elder_sessions = 0;
};

admin::Metrics::Facts facts_of(const Sight& sight);

}  // namespace postern::server
