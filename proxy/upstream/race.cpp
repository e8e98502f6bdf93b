// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/race.hpp"

#include <algorithm>
#include <utility>

#include "proxy/net/error_text.hpp"

namespace postern::upstream {

Race::Race(const Dialer::World& world, Owner& owner, const Course& course)
    : world_(world),
      owner_(owner),
      plan_(course.plan),
      findings_(course.plan, world.news),
      patience_(course.patience),
      announcement_(course.announcement),
      timer_(world.loop, [this] { on_timer(); }),
      candidates_(world, course.plan, course.user, [this] { on_names(); }) {
  try_next();
}

// Comes to no end: that is told on another turn.
void Race::try_next() {
  timer_.stop();
  waits_for_names_ = false;
  Candidate candidate;
  switch (candidates_.next(candidate)) {
    case Candidates::Found::kNow:
      return start(std::move(candidate));
    case Candidates::Found::kLater:
      waits_for_names_ = true;
      if (attempts_.empty()) owner_.on_dialing(DialPhase::kResolve, candidates_.looked_up());
      return;
    case Candidates::Found::kNone:
      if (attempts_.empty()) timer_.start(std::chrono::milliseconds{0});
      return;
  }
}

void Race::start(Candidate candidate) {
  Attempt attempt{.candidate = candidate,
                  .hold = Hold(candidate.state),
                  .trying = Trying(candidate.state),
                  .dialer = nullptr};
  Dialer::Owner& self = *this;
  attempt.dialer =
      std::make_unique<Dialer>(world_, self,
                               Dialer::Target{candidate.address, candidate.host, plan_.link,
                                              patience_, plan_.sources, announcement_});
  attempts_.push_back(std::move(attempt));
  if (attempts_.size() < kMostAtOnce) timer_.start(candidate.state->head_start());
}

// The ones that were asked have had their head start; or nobody is left.
void Race::on_timer() {
  if (!attempts_.empty()) return try_next();
  const DialFailure last = std::move(last_);
  owner_.on_dial_failed(last);
}

// How long a look-up may take is the resolver's own affair.
void Race::on_names() {
  tell_unknown();
  if (waits_for_names_) try_next();
}

void Race::tell_unknown() {
  for (const Candidates::Unknown& name : candidates_.take_unknown()) {
    const DialFailure failure{.address = name.name,
                              .phase = DialPhase::kResolve,
                              .error = name.error,
                              .text = net::error_text(name.error)};
    findings_.note_unknown(world_.loop.now(), failure);
    fail(failure);
  }
}

void Race::on_phase(Dialer& dialer, DialPhase phase) { owner_.on_dialing(phase, dialer.address()); }

Race::Attempts::iterator Race::attempt_of(const Dialer& dialer) {
  return std::ranges::find_if(attempts_,
                              [&](const Attempt& one) { return one.dialer.get() == &dialer; });
}

void Race::on_dialed(Dialer& dialer, std::unique_ptr<transport::Transport> connection,
                     std::string_view greeting) {
  timer_.stop();
  const auto winner = attempt_of(dialer);
  winner->trying.release();
  findings_.note_greeting(*winner->candidate.state, world_.loop.now(), dialer.taken());
  doubt_those_before(winner);
  if (attempts_.size() > 1) owner_.on_dialing(dialer.phase(), dialer.address());
  Hold hold = std::move(winner->hold);
  owner_.on_dialed({std::move(connection), greeting, std::move(hold)});
}

// They were asked earlier, and have not answered yet. That is no failure: they may only be slow.
void Race::doubt_those_before(Attempts::const_iterator winner) {
  for (auto slow = attempts_.cbegin(); slow != winner; ++slow) {
    slow->candidate.state->note_doubt(world_.loop.now());
    owner_.on_address_failed({.address = slow->dialer->address(),
                              .phase = slow->dialer->phase(),
                              .error = net::timed_out(),
                              .text = "another address was faster",
                              .took = slow->dialer->taken()});
  }
}

void Race::on_dial_failed(Dialer& dialer, const DialFailure& failure) {
  const auto attempt = attempt_of(dialer);
  findings_.note_failure(*attempt->candidate.state, world_.loop.now(), failure);
  attempts_.erase(attempt);
  fail(failure);
  try_next();
}

void Race::fail(const DialFailure& failure) {
  last_ = failure;
  owner_.on_address_failed(last_);
}

}  // namespace postern::upstream
