// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/chores.hpp"

#include <chrono>
#include <string>

#include "proxy/server/process.hpp"

namespace postern::server {
namespace {

constexpr std::chrono::minutes kKeyInterval{10};
constexpr std::chrono::minutes kQuotaInterval{1};  // in which a place has its lines in the log
constexpr std::chrono::minutes kSaveInterval{1};

}  // namespace

Chores::Chores(net::Loop& loop, const Household& household)
    : household_(household),
      keys_(loop, [this] { rotate_keys(); }),
      quota_(loop, [this] { tell_left_out(); }),
      saving_(loop, [this] { save_and_wait(); }),
      watchdog_(loop, [this] { feed_watchdog(); }) {}

void Chores::begin() {
  rotate_keys();
  tell_left_out();
  save_and_wait();
  feed_watchdog();
}

void Chores::rotate_keys() {
  household_.keys.rotate(tls::TicketKeys::TimePoint::clock::now());
  keys_.start(kKeyInterval);
}

void Chores::tell_left_out() {
  household_.log.tell_left_out();
  quota_.start(kQuotaInterval);
}

void Chores::save_and_wait() {
  save();
  saving_.start(kSaveInterval);
}

void Chores::save() {
  household_.logins.save();
  for (const std::string& what : household_.logins.take_complaints()) {
    household_.news.say(conf::LogLevel::kWarn, "state", what);
  }
}

// From the first time on, each look asks all workers, and the next one counts their answers.
void Chores::feed_watchdog() {
  const auto interval = watchdog_interval();
  if (!interval) return;
  if (answers_ == nullptr) {
    answers_ = std::make_unique<Rounds>(household_.workers.size());
    ask_workers();
  } else {
    look_after(*answers_, [] { notify_manager("WATCHDOG=1"); }, [this] { ask_workers(); });
  }
  watchdog_.start(*interval);
}

void Chores::ask_workers() {
  for (const auto& worker : household_.workers) worker->ask([this] { answers_->answer(); });
}

}  // namespace postern::server
