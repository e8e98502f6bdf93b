// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/file_rounds.hpp"

#include <utility>

namespace postern::server {
namespace {

using std::chrono::milliseconds;

// What is written in one go brings several events.
constexpr milliseconds kGather{20};
// Who writes two files that belong together, one after the other, seldom takes longer between them.
constexpr milliseconds kSettle{100};

}  // namespace

FileRounds::FileRounds(net::Loop& loop, std::vector<FileFollower*> followers, OnFault on_fault)
    : followers_(std::move(followers)),
      on_fault_(std::move(on_fault)),
      watch_(loop, [this] { look_within(kGather); }),
      timer_(loop, [this] { look(); }) {}

void FileRounds::begin(milliseconds interval) {
  interval_ = interval;
  soon_ = false;
  look();
}

void FileRounds::rest() {
  timer_.stop();
  watch_.watch({});
}

void FileRounds::look_within(milliseconds delay) {
  if (std::exchange(soon_, true)) return;
  timer_.start(delay);
}

// First it is made sure that what changes from now on is heard of.
void FileRounds::look() {
  soon_ = false;
  std::vector<std::string> paths;
  for (const FileFollower* follower : followers_) follower->list(paths);
  watch_.watch(paths);
  if (watch_.fault() != told_) {
    told_ = watch_.fault();
    if (told_) on_fault_(*told_);
  }
  bool moving = false;
  for (FileFollower* follower : followers_) {
    moving |= follower->look() == FileFollower::Rest::kMoving;
  }
  if (moving) {
    look_within(kSettle);
  } else if (interval_.count() != 0) {
    timer_.start(interval_);
  }
}

}  // namespace postern::server
