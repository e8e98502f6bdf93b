// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/race.hpp"

#include <algorithm>
#include <utility>

#include "proxy/net/error_text.hpp"

namespace postern::upstream {

Race::Race(const Dialer::World& world, Owner& owner, Course course)
    : world_(world),
      owner_(owner),
      plan_(course.plan),
      findings_(course.plan, world.news),
      patience_(course.patience),
      queue_(course.queue),
      announcement_(std::move(course.announcement)),
      errand_(course.errand),
      warm_(std::move(course.warm)),
      timer_(world.loop, [this] { on_timer(); }),
      candidates_(world, course.plan, course.user, [this] { on_names(); }) {
  if (warm_) {
    owner_.on_dialing(DialPhase::kGreeting, warm_->address());
    timer_.start(std::chrono::milliseconds{0});
  } else {
    begin();
  }
}

// It may have ended since it was chosen.
void Race::hand_over_warm() {
  if (warm_->is_good()) return owner_.on_dialed(warm_->hand_out());
  warm_.reset();
  begin();
}

void Race::begin() {
  place_ = plan_.state->places->take();
  if (place_) return try_next();
  switch (errand_) {
    case Errand::kLogin:
      return wait_for_place();
    case Errand::kStock:
      last_ = {.address = {}, .phase = DialPhase::kQueue};
      return timer_.start(std::chrono::milliseconds{0});
  }
}

void Race::wait_for_place() {
  owner_.on_dialing(DialPhase::kQueue, "");
  line_ = std::make_unique<PlaceWait>(world_.loop, *plan_.state->places, Precedence::kLogin,
                                      [this] { on_place(); });
  if (line_->is_turned_away()) return timer_.start(std::chrono::milliseconds{0});
  if (queue_.count() != 0) timer_.start(queue_);
}

// This is the line's own call, so it stays.
void Race::on_place() {
  place_ = line_->take();
  if (place_) try_next();
}

void Race::leave_line() {
  on_place();
  if (!is_in_line()) return;
  const bool full = line_->is_turned_away();
  const char* const why =
      full ? ", and too many wait for one" : " for as long as one is waited for (timeouts.queue)";
  line_.reset();
  fail({.address = {},
        .phase = DialPhase::kQueue,
        .error = net::timed_out(),
        .text = "all its " + std::to_string(plan_.state->places->most()) +
                " connections (backend.max_connections) were in use" + why,
        .took = full ? std::chrono::milliseconds{0} : queue_});
  world_.news.on_failure(plan_.name, last_);
  const DialFailure last = std::move(last_);
  owner_.on_dial_failed(last);
}

// Comes to no end: that is told on another turn.
void Race::try_next() {
  timer_.stop();
  waits_for_names_ = false;
  if (!place_) place_ = plan_.state->places->take();
  // Those that were asked go on alone, until there is room beside them.
  if (!place_) return timer_.start(attempts_.back().candidate.state->head_start());
  Candidate candidate;
  switch (candidates_.next(candidate)) {
    case Candidates::Found::kNow:
      return start(candidate);
    case Candidates::Found::kLater:
      waits_for_names_ = true;
      if (attempts_.empty()) owner_.on_dialing(DialPhase::kResolve, candidates_.looked_up());
      break;
    case Candidates::Found::kNone:
      if (attempts_.empty()) timer_.start(std::chrono::milliseconds{0});
      break;
  }
  if (!attempts_.empty()) place_.release();  // nobody is asked beside those, for now
}

void Race::start(const Candidate& candidate) {
  Attempt attempt{.candidate = candidate,
                  .seat = {std::move(place_), Hold(candidate.state)},
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
  if (warm_) return hand_over_warm();
  if (is_in_line()) return leave_line();
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
    if (errand_ == Errand::kLogin) findings_.note_unknown(world_.loop.now(), failure);
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
  world_.news.on_greeting(plan_.name, dialer.taken());
  findings_.note_greeting(*winner->candidate.state, world_.loop.now(), dialer.taken());
  doubt_those_before(winner);
  if (attempts_.size() > 1) owner_.on_dialing(dialer.phase(), dialer.address());
  Seat seat = std::move(winner->seat);
  owner_.on_dialed({std::move(connection), greeting, std::move(seat)});
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
  switch (errand_) {
    case Errand::kLogin:
      findings_.note_failure(*attempt->candidate.state, world_.loop.now(), failure);
      break;
    case Errand::kStock:
      world_.news.on_failure(plan_.name, failure);
      attempt->candidate.state->note_doubt(world_.loop.now());
      break;
  }
  place_ = std::move(attempt->seat.place);
  attempts_.erase(attempt);
  fail(failure);
  try_next();
}

void Race::fail(const DialFailure& failure) {
  last_ = failure;
  owner_.on_address_failed(last_);
}

}  // namespace postern::upstream
