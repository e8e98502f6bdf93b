// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/places.hpp"

namespace postern::upstream {

void Place::release() noexcept {
  if (Places* const places = std::exchange(of_, nullptr)) places->give_back();
}

void Places::allow(std::uint32_t most) {
  const std::lock_guard lock(mutex_);
  most_ = most;
  serve();
}

Place Places::take() {
  const std::lock_guard lock(mutex_);
  if (!has_room()) return {};
  ++taken_;
  return Place(*this);
}

void Places::give_back() {
  const std::lock_guard lock(mutex_);
  --taken_;
  serve();
}

// Whoever is called cannot die meanwhile: it leaves the line under the same lock.
void Places::serve() {
  while (!waiting_.empty() && has_room()) {
    PlaceWait& first = *waiting_.front();
    waiting_.pop_front();
    ++taken_;
    first.given_ = Place(*this);
    first.wakeup_.signal();
  }
  ask_back();
}

// As many as there are who wait.
void Places::ask_back() {
  while (waiting_.size() > asked_ && !spare_.empty()) {
    SparePlace& last = *spare_.back();
    spare_.pop_back();
    ++asked_;
    last.was_asked_ = true;
    last.wakeup_.signal();
  }
}

std::uint32_t Places::most() const {
  const std::lock_guard lock(mutex_);
  return most_;
}

std::uint32_t Places::taken() const {
  const std::lock_guard lock(mutex_);
  return taken_;
}

std::size_t Places::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

// There may be room again since whoever waits was told that there is none.
PlaceWait::PlaceWait(net::Loop& loop, Places& places, Precedence precedence, net::Callback given)
    : places_(places), wakeup_(loop, std::move(given)) {
  const std::lock_guard lock(places_.mutex_);
  switch (precedence) {
    case Precedence::kLogin:
      turned_away_ = places_.waiting_.size() >= Places::kMostWaiting;
      if (!turned_away_) places_.waiting_.push_back(this);
      break;
    case Precedence::kCheck:
      places_.waiting_.push_front(this);
      break;
  }
  places_.serve();
}

// What was given dies behind this, when the lock is free.
PlaceWait::~PlaceWait() {
  const std::lock_guard lock(places_.mutex_);
  std::erase(places_.waiting_, this);
}

Place PlaceWait::take() {
  const std::lock_guard lock(places_.mutex_);
  return std::move(given_);
}

SparePlace::SparePlace(net::Loop& loop, Place place, net::Callback wanted)
    : places_(*place.of_), place_(std::move(place)), wakeup_(loop, std::move(wanted)) {
  const std::lock_guard lock(places_.mutex_);
  places_.spare_.push_back(this);
  places_.ask_back();
}

// Returns whether it was there.
bool SparePlace::leave() {
  if (!place_) return false;
  if (was_asked_) {
    --places_.asked_;
  } else {
    std::erase(places_.spare_, this);
  }
  return true;
}

// Whoever waits asks for another one.
Place SparePlace::take() {
  const std::lock_guard lock(places_.mutex_);
  if (leave()) places_.ask_back();
  return std::move(place_);
}

void SparePlace::give_back() {
  const std::lock_guard lock(places_.mutex_);
  if (!leave()) return;
  place_.of_ = nullptr;
  --places_.taken_;
  places_.serve();
}

}  // namespace postern::upstream
