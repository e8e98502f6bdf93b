// SPDX-License-Identifier: Apache-2.0
#include "load/command_load.hpp"

#include <algorithm>

#include "wire/fatal.hpp"

namespace postern::bench {
namespace {

constexpr std::size_t kOpeningAtOnce = 32;
constexpr std::size_t kWarmUp = 8;     // commands a slot of the window
constexpr std::size_t kUsers = 2'000;  // so that no limit of sessions a user is met
constexpr std::size_t kSources = 16;
constexpr std::size_t kEndless = 4;  // the message of 100 MiB
constexpr std::chrono::milliseconds kSipEvery{10};

}  // namespace

CommandLoad::CommandLoad(const Options& options, Client::World& world)
    : options_(options), world_(world), endless_(retrieve(kEndless)) {
  const Script before = arrival(options.tls);
  for (std::size_t i = 0; i < std::min(kUsers, options.clients + options.slow); ++i) {
    const bool held = options.task == Task::kHold;
    logins_.push_back(held ? before : before + login("user" + std::to_string(i)));
  }
  command_ =
      options.task == Task::kRetrieve ? retrieve(options.message) : stat(world.mailbox.totals());
}

void CommandLoad::prepare() {
  open_sessions();
  open_slow_ones();
  if (options_.task == Task::kHold) return;
  run_commands(std::min(options_.window * kWarmUp, options_.count));
}

void CommandLoad::work() {
  if (options_.task == Task::kHold) {
    units_ = clients_.size();
  } else {
    run_commands(options_.count);
  }
}

void CommandLoad::open_sessions() {
  while (waiting_.size() < options_.clients) {
    while (opening_ < kOpeningAtOnce && clients_.size() < options_.clients) {
      const std::size_t number = clients_.size();
      clients_.push_back(std::make_unique<Client>(world_, *this));
      ++opening_;
      clients_.back()->connect(options_.port, static_cast<std::uint8_t>(number % kSources + 1),
                               options_.resume, logins_[number % logins_.size()]);
    }
    turn();
  }
}

void CommandLoad::open_slow_ones() {
  slow_opening_ = options_.slow;
  for (std::size_t i = 0; i < options_.slow; ++i) {
    slow_.push_back(std::make_unique<Client>(world_, *this, Client::Pace::kSlow));
    slow_.back()->connect(options_.port, 1, options_.resume, logins_.back());
  }
  while (slow_opening_ > 0) turn();
}

void CommandLoad::run_commands(std::size_t count) {
  to_begin_ = count;
  while (under_way_ < options_.window && to_begin_ > 0) begin_next();
  while (under_way_ > 0) turn();
}

void CommandLoad::begin_next() {
  Client* const client = waiting_.front();
  waiting_.pop_front();
  --to_begin_;
  ++under_way_;
  begun_[client] = Clock::now();
  client->run(command_);
}

void CommandLoad::turn() {
  world_.poller.turn(slow_.empty() ? -1 : static_cast<int>(kSipEvery.count()));
  if (slow_.empty() || Clock::now() - last_sip_ < kSipEvery) return;
  last_sip_ = Clock::now();
  for (const auto& client : slow_) client->sip();
}

void CommandLoad::on_done(Client& client) {
  const bool slow = std::ranges::any_of(slow_, [&](auto& one) { return one.get() == &client; });
  if (slow) {
    if (slow_opening_ > 0) --slow_opening_;
    return client.run(endless_);
  }
  waiting_.push_back(&client);
  if (under_way_ == 0) {
    --opening_;
    return;
  }
  latencies_.add(begun_[&client], Clock::now());
  ++units_;
  --under_way_;
  if (to_begin_ > 0) begin_next();
}

void CommandLoad::on_failed(Client&, const std::string& why) { fatal("a session failed: " + why); }

}  // namespace postern::bench
