// SPDX-License-Identifier: Apache-2.0
// What the load generator is asked to do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace postern::bench {

enum class Tls { kNone, kImplicit, kStls };

enum class Task {
  kSession,    // connect, TLS, log in, STAT, QUIT
  kAnonymous,  // connect, TLS, QUIT
  kStat,       // on open sessions: STAT
  kRetrieve,   // on open sessions: RETR
  kHold,       // greeted sessions that never log in and are only held open
};

struct Options {
  std::uint16_t port = 0;
  Tls tls = Tls::kImplicit;
  Task task = Task::kSession;
  bool resume = false;
  std::string group = "X25519";  // of the key agreement
  std::size_t message = 1;       // of kRetrieve
  std::size_t clients = 1;       // open sessions, or sessions at once
  std::size_t window = 0;        // commands at once over all open sessions; 0: one a session
  std::size_t count = 1;         // units of work: sessions or commands
  std::size_t slow = 0;          // further sessions whose clients read 100 MiB at 400 KiB/s
  std::size_t timeout = 120;     // seconds for the measured part
};

/// Ends the program with a usage text when the arguments make no sense.
Options parse_options(int count, char** arguments);

}  // namespace postern::bench
