// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/warm_stock.hpp"

#include <algorithm>
#include <utility>

namespace postern::upstream {

using std::chrono::milliseconds;

namespace {

// How soon it is looked again whether the backend is up, and whether it has room.
constexpr milliseconds kGlance{500};

// For an address, where logins wait without an end.
constexpr milliseconds kLongEnough{10'000};

// A server that ends a connection sooner does not like it.
constexpr milliseconds kShort{1'000};

}  // namespace

/// One that is being made.
class WarmStock::Dial final : private Race::Owner {
 public:
  explicit Dial(WarmStock& stock) : stock_(stock) {
    Race::Owner& self = *this;
    race_ = std::make_unique<Race>(
        stock.world_, self,
        Race::Course{
            .plan = stock.plan_, .patience = stock.patience_, .errand = Race::Errand::kStock});
  }

 private:
  void on_dialing(DialPhase, const std::string&) override {}
  void on_address_failed(const DialFailure&) override {}
  void on_dialed(Dialed dialed) override {
    stock_.add(std::move(dialed));
    leave();
  }
  void on_dial_failed(const DialFailure& last) override {
    stock_.on_failed(last);
    leave();
  }
  // Destroys this.
  void leave() {
    std::erase_if(stock_.dials_, [this](const auto& one) { return one.get() == this; });
  }

  WarmStock& stock_;
  std::unique_ptr<Race> race_;
};

WarmStock::WarmStock(const Dialer::World& world, const BackendPlan& plan, milliseconds patience)
    : world_(world),
      plan_(plan),
      patience_(patience.count() != 0 ? patience : kLongEnough),
      timer_(world.loop, [this] { fill(); }) {
  look_again();
}

WarmStock::~WarmStock() = default;

std::unique_ptr<WarmConnection> WarmStock::take() {
  clear_away();
  look_again();
  while (!kept_.empty()) {
    auto oldest = std::move(kept_.front());
    kept_.pop_front();
    if (oldest->is_good()) {
      back_off_.forget();
      oldest->reserve();
      return oldest;
    }
    cautious_ = true;
  }
  return nullptr;
}

std::size_t WarmStock::ready() const noexcept {
  const auto is_ready = [](const auto& one) {
    return one->state() == WarmConnection::State::kReady;
  };
  return static_cast<std::size_t>(std::ranges::count_if(kept_, is_ready));
}

// As soon as that makes sense.
void WarmStock::look_again() {
  timer_.start(std::max(not_before_ - world_.loop.now(), milliseconds{0}));
}

void WarmStock::wait(milliseconds delay) {
  cautious_ = true;
  not_before_ = world_.loop.now() + delay;
  look_again();
}

void WarmStock::fill() {
  clear_away();
  if (world_.loop.now() < not_before_) return look_again();
  if (plan_.terms.known_down()) return timer_.start(kGlance);
  const std::size_t wanted = cautious_ ? 1 : plan_.warm;
  while (kept_.size() + dials_.size() < plan_.warm && dials_.size() < wanted) {
    dials_.push_back(std::make_unique<Dial>(*this));
  }
}

// Those that were let go, never from inside their own calls.
void WarmStock::clear_away() {
  using State = WarmConnection::State;
  std::erase_if(kept_, [this](const auto& one) {
    switch (one->state()) {
      case State::kReady:
        return false;
      case State::kEnded:
        note_ended(one->age());
        return true;
      case State::kOutlived:
        back_off_.forget();
        age_.note_outlived();
        return true;
      case State::kTaken:
      case State::kWanted:
        return true;
    }
    std::unreachable();
  });
}

void WarmStock::note_ended(milliseconds age) {
  age_.note_ended(age);
  cautious_ = true;
  if (age < kShort) wait(back_off_.next(draw()));
}

void WarmStock::add(Dialed dialed) {
  cautious_ = false;
  // All that were made together would else have to be made anew together.
  const milliseconds lasting = policy::BackOff::jittered(age_.limit(), draw());
  kept_.push_back(std::make_unique<WarmConnection>(world_.loop, std::move(dialed), lasting,
                                                   [this] { look_again(); }));
  look_again();
}

void WarmStock::on_failed(const DialFailure& why) {
  wait(why.phase == DialPhase::kQueue ? kGlance : back_off_.next(draw()));
}

}  // namespace postern::upstream
