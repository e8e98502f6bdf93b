// SPDX-License-Identifier: Apache-2.0
#include "load/session_load.hpp"

#include <algorithm>

#include "wire/fatal.hpp"

namespace postern::bench {
namespace {

constexpr std::size_t kWarmUp = 32;
constexpr std::uint8_t kSources = 16;  // addresses that clients come from

Script script_of(const Options& options, const Mailbox& mailbox) {
  const Script before = arrival(options.tls);
  if (options.task == Task::kAnonymous) return before + quit();
  return before + login("alice") + stat(mailbox.totals()) + quit();
}

}  // namespace

SessionLoad::SessionLoad(const Options& options, Client::World& world)
    : options_(options), world_(world), script_(script_of(options, world.mailbox)) {
  slots_.resize(options.clients);
  for (Slot& slot : slots_) slot.client = std::make_unique<Client>(world_, *this);
}

void SessionLoad::prepare() {
  run_sessions(kWarmUp, std::min<std::size_t>(slots_.size(), 4));
  if (options_.resume && !world_.tls.has_ticket()) fatal("the server gave no ticket");
}

void SessionLoad::work() {
  run_sessions(options_.count, slots_.size());
  if (options_.resume && resumed_ != units_) {
    fatal("only " + std::to_string(resumed_) + " of " + std::to_string(units_) +
          " sessions were resumed");
  }
}

void SessionLoad::run_sessions(std::size_t count, std::size_t at_once) {
  to_begin_ = count;
  for (std::size_t i = 0; i < at_once && to_begin_ > 0; ++i) begin(slots_[i]);
  while (open_ > 0) world_.poller.turn(-1);
}

void SessionLoad::begin(Slot& slot) {
  --to_begin_;
  ++open_;
  source_ = static_cast<std::uint8_t>(source_ % kSources + 1);
  slot.begun = Clock::now();
  slot.client->connect(options_.port, source_, options_.resume, script_);
}

SessionLoad::Slot& SessionLoad::slot_of(const Client& client) {
  return *std::ranges::find_if(slots_,
                               [&](const Slot& slot) { return slot.client.get() == &client; });
}

void SessionLoad::on_done(Client& client) {
  Slot& slot = slot_of(client);
  latencies_.add(slot.begun, Clock::now());
  ++units_;
  --open_;
  if (client.resumed()) ++resumed_;
  client.close();
  if (to_begin_ > 0) begin(slot);
}

void SessionLoad::on_failed(Client&, const std::string& why) { fatal("a session failed: " + why); }

}  // namespace postern::bench
