// SPDX-License-Identifier: Apache-2.0
// Hears of changes to files, however they are made: written in place, renamed over, or behind a
// symbolic link that is turned to another place, as certbot and Kubernetes do it. For that, all the
// directories on the ways to them are watched.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "proxy/net/callback.hpp"
#include "proxy/net/directory_watch.hpp"
#include "proxy/net/loop.hpp"

namespace postern::net {

class FileWatch {
 public:
  /// Called for each event, of which one change may bring several, and also for changes that leave
  /// the files as they were. Never from within watch().
  FileWatch(Loop& loop, Callback on_change);
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  /// From now on these and no others, as their ways are now. Paths of files, there or not, and of
  /// directories, whose entries are heard of, too. To be called again after each change.
  void watch(const std::vector<std::string>& paths);

  /// Why some of it is not heard of: "cannot watch /etc/postern: no space left on device".
  const std::optional<std::string>& fault() const noexcept { return fault_; }

 private:
  struct Watched;
  void on_event(const Watched& watched, std::string_view name);
  void renew(const std::string& directory, std::set<std::string> names);

  Loop& loop_;
  Callback on_change_;
  std::map<std::string, std::unique_ptr<Watched>> directories_;
  std::optional<std::string> fault_;
};

}  // namespace postern::net
