// SPDX-License-Identifier: Apache-2.0
// What the process gives up before it serves anybody: system calls that serving does not take, and
// files that it has nothing to write to. Before it has a second thread, because Landlock binds
// those that come later, and none that are there.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "conf/reader.hpp"
#include "conf/settings.hpp"
#include "proxy/confinement/file_walls.hpp"
#include "proxy/server/stage.hpp"

namespace postern::server {

/// What became of it.
struct Sandbox {
  conf::SandboxMode mode = conf::SandboxMode::kOff;
  bool filters_calls = false;
  int landlock = 0;                  // the version in use; 0: none
  std::vector<std::string> missing;  // what the system did not let it give up, and why
};

/// As the configuration in this file wants it; off where it cannot be read, since then nothing is
/// begun. Makes the directories of `server.state_dir` and of a log file, as a start does, and takes
/// `extra`, a file that is written besides (empty: none). In a process with one thread; nothing is
/// refused here: who wants all of it looks at what is missing.
[[nodiscard]] Sandbox enter_sandbox(const std::string& configuration, const std::string& extra);

/// Why a process in this sandbox is not to start: its configuration wants all of it.
std::optional<Refusal> refusal_of(const Sandbox& sandbox);

/// Where such a process writes, for a kernel with this version of Landlock.
std::vector<confinement::FileRule> writing_rules(const conf::Settings& settings,
                                                 const std::string& extra, int version);

}  // namespace postern::server
