// SPDX-License-Identifier: Apache-2.0
// What is in service, and how the last try to change it went: what a reload has changed, and what
// of the file in use waits for a restart.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conf/reader.hpp"
#include "proxy/server/changes.hpp"
#include "proxy/server/stage.hpp"

namespace postern::server {

/// How the last start or reload went.
struct LastReload {
  std::chrono::system_clock::time_point when;
  bool taken = true;
  std::vector<std::string> why = {};  // "FILE:LINE:COLUMN: error: …", of one that was refused

  bool operator==(const LastReload&) const = default;
};

class ServiceRecord {
 public:
  /// What `next` would change. Before its sockets are handed out.
  Changes changes_by(const Staged& next, std::size_t workers) const;

  /// It has gone into service.
  void take(Staged staged, const Changes& changes);
  /// It has not. `file` is the configuration's.
  void refuse(const Refusal& refusal, const std::string& file);

  const LastReload& last() const noexcept { return last_; }
  /// Once it has taken something.
  const conf::Live& settings() const noexcept { return document_->settings.live; }
  const session::Snapshot& snapshot() const noexcept { return *snapshot_; }
  const std::vector<Listening>& listening() const noexcept { return listening_; }
  /// The keys of the file in use that the process, born with `running`, has otherwise.
  std::vector<std::string_view> waits_for_restart(const conf::Startup& running) const;

 private:
  std::optional<conf::Document> document_;  // in use
  std::shared_ptr<const session::Snapshot> snapshot_;
  std::vector<Listening> listening_;
  LastReload last_;
};

}  // namespace postern::server
