// SPDX-License-Identifier: Apache-2.0
// When those who follow files look at them: soon after the system tells of a change, once more a
// moment later, and every now and then where it tells of none, as on a network's file system.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "proxy/net/callback.hpp"
#include "proxy/net/file_watch.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/server/file_follower.hpp"

namespace postern::server {

class FileRounds {
 public:
  /// Called when some directory cannot be watched, with the reason, once for each reason.
  using OnFault = std::function<void(const std::string& why)>;

  FileRounds(net::Loop& loop, std::vector<FileFollower*> followers, OnFault on_fault);

  /// Begins, or begins anew because they follow other files now. They are looked at after each
  /// interval even if nothing is heard; 0: only then.
  void begin(std::chrono::milliseconds interval);
  /// Looks no more.
  void rest();

 private:
  void look();
  void look_within(std::chrono::milliseconds delay);

  std::vector<FileFollower*> followers_;
  OnFault on_fault_;
  std::chrono::milliseconds interval_{0};
  bool soon_ = false;  // a look stands for an event
  std::optional<std::string> told_;
  net::FileWatch watch_;
  net::Timer timer_;
};

}  // namespace postern::server
