// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/preface.hpp"

#include <algorithm>
#include <utility>

#include "proxy/net/readiness.hpp"
#include "proxy/server/proxy_mismatch.hpp"

namespace postern::server {
namespace {

using std::chrono::milliseconds;

bool is_balancer(const session::ListenerPlan& plan, const policy::IpAddress& peer) noexcept {
  return std::ranges::any_of(
      plan.balancers, [&](const policy::Network& network) { return network.contains(peer); });
}

}  // namespace

class Prefaces::Waiting final : private net::Readiness::Owner {
 public:
  Waiting(Prefaces& prefaces, Arrival came, net::ProxyIntake taken, milliseconds deadline)
      : arrival(std::move(came)),
        intake(std::move(taken)),
        due(deadline),
        prefaces_(prefaces),
        readiness_(prefaces.loop_, arrival.connection, *this) {}

  Arrival arrival;
  net::ProxyIntake intake;
  milliseconds due;

 private:
  void on_readable() override { prefaces_.look(*this); }

  Prefaces& prefaces_;
  net::Readiness readiness_;
};

Prefaces::Prefaces(net::Loop& loop, admin::Log& log, admin::Counters& counters,
                   Admission& admission, Owner& owner)
    : loop_(loop),
      log_(log),
      counters_(counters),
      admission_(admission),
      owner_(owner),
      timer_(loop, [this] { on_due(); }) {}

Prefaces::~Prefaces() { clear(); }

void Prefaces::add(Arrival arrival) {
  if (!is_balancer(*arrival.plan, arrival.peer.host())) {
    return reject(Mismatch::kUntrusted, arrival);
  }
  net::ProxyIntake intake;
  const auto state = intake.look(arrival.connection);
  if (state != net::ProxyIntake::State::kWaiting) return finish(std::move(arrival), intake, state);
  if (waiting_.size() == kMost) give_up(*waiting_.front());
  hold(std::move(arrival), std::move(intake));
}

void Prefaces::hold(Arrival arrival, net::ProxyIntake intake) {
  const milliseconds patience = arrival.snapshot->timeouts.handshake;
  const milliseconds due = patience.count() == 0 ? kNever : loop_.now() + patience;
  waiting_.push_back(std::make_unique<Waiting>(*this, std::move(arrival), std::move(intake), due));
  admission_.enter();
  if (due < next_due_) await(due);
}

void Prefaces::look(Waiting& waiting) {
  const auto state = waiting.intake.look(waiting.arrival.connection);
  if (state != net::ProxyIntake::State::kWaiting) release(waiting, state);
}

void Prefaces::give_up(Waiting& waiting) { release(waiting, net::ProxyIntake::State::kWaiting); }

// The loop must have let go of the connection before a session takes it.
void Prefaces::release(Waiting& waiting, net::ProxyIntake::State state) {
  const net::ProxyIntake intake = std::move(waiting.intake);
  Arrival arrival = std::move(waiting.arrival);
  waiting_.remove_if([&](const auto& one) { return one.get() == &waiting; });
  admission_.leave(1);
  finish(std::move(arrival), intake, state);
  if (waiting_.empty()) owner_.on_none_waiting();
}

void Prefaces::finish(Arrival arrival, const net::ProxyIntake& intake,
                      net::ProxyIntake::State state) {
  if (state != net::ProxyIntake::State::kComplete) {
    return reject(mismatch_of(intake, state), arrival);
  }
  if (const auto& route = intake.header().route) {
    arrival.balancer = std::make_unique<const net::Address>(arrival.peer);
    arrival.peer = route->from;
    arrival.local = route->to;
  }
  owner_.on_introduced(std::move(arrival));
}

void Prefaces::reject(Mismatch mismatch, const Arrival& arrival) {
  counters_.count(admin::Metric::kRejected, {arrival.plan->name, "proxy_mismatch"});
  write_mismatch(log_, mismatch, arrival);
}

void Prefaces::clear() noexcept {
  admission_.leave(static_cast<std::uint32_t>(waiting_.size()));
  waiting_.clear();
}

void Prefaces::await(milliseconds due) {
  next_due_ = due;
  timer_.start(due - loop_.now());
}

void Prefaces::on_due() {
  next_due_ = kNever;
  milliseconds next = kNever;
  for (auto one = waiting_.begin(); one != waiting_.end();) {
    Waiting& waiting = **one++;
    if (waiting.due <= loop_.now()) {
      give_up(waiting);
    } else {
      next = std::min(next, waiting.due);
    }
  }
  if (next != kNever) await(next);
}

}  // namespace postern::server
