// SPDX-License-Identifier: Apache-2.0
// How the running process is, as its administrator wants to read it: what it serves, how near each
// limit is, what is wrong. A value; what it looks like is somebody else's.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conf/settings.hpp"
#include "proxy/confinement/standing.hpp"
#include "proxy/server/cluster_standing.hpp"
#include "proxy/server/sandbox.hpp"
#include "proxy/server/service_record.hpp"
#include "proxy/session/session_state.hpp"

namespace postern::server {

struct Overview {
  using TimePoint = std::chrono::system_clock::time_point;
  using SessionsByState = std::array<std::uint32_t, session::kStateCount>;

  struct Listener {
    std::string name;
    conf::ListenerTls tls = conf::ListenerTls::kImplicit;
    std::vector<std::string> addresses;  // "IP:PORT", with the port that is in use
    SessionsByState sessions{};          // by session::State
  };

  /// How much of something is taken, and how much there may be.
  struct Limit {
    std::string name;  // the key: "limits.max_connections"
    std::uint64_t now = 0;
    std::uint64_t most = 0;  // 0: any number
    std::string who = {};    // of what there are several: the one that is nearest
  };

  struct Address {
    std::string address;  // "IP:PORT", or a name that is looked up
    bool up = true;
    std::optional<TimePoint> since = {};  // it is down
    std::string why = {};                 // likewise
    std::uint32_t connections = 0;
  };

  struct Backend {
    std::string name;
    std::vector<Address> addresses;  // as far as any is known
    std::uint32_t connections = 0;
    std::uint32_t most = 0;     // 0: any number
    std::uint32_t waiting = 0;  // logins, for one of them
  };

  struct Certificate {
    std::string file;
    std::vector<std::string> names;
    TimePoint not_after;
  };

  std::string version;
  std::int64_t process = 0;
  TimePoint now;
  TimePoint started;
  std::string configuration;
  std::string control;  // the path of its socket; empty: it has none
  bool draining = false;
  LastReload reload;
  std::vector<std::string> restart_keys;  // whose values in the file wait for a restart
  Sandbox sandbox;                        // what it gave up itself
  confinement::Standing standing;         // and what the kernel says of it
  ClusterStanding cluster;
  std::size_t workers = 0;
  std::vector<std::size_t> silent_workers;  // that did not answer in time: what follows lacks them
  std::uint32_t sessions = 0;
  std::vector<Listener> listeners;
  std::vector<Limit> limits;
  std::vector<Backend> backends;
  std::vector<Certificate> certificates;
  std::size_t bans = 0;
  std::uint64_t log_lines_lost = 0;
  std::string crowded_place;       // that has most of all sessions, where there are many
  std::vector<std::string> hints;  // whole sentences
};

}  // namespace postern::server
