// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/health_rounds.hpp"

#include <random>
#include <utility>

#include "policy/back_off.hpp"
#include "proxy/net/error_text.hpp"

namespace postern::upstream {

using std::chrono::milliseconds;

namespace {

// How often it is looked whether a backend without checks is worth a try.
constexpr milliseconds kLook{500};

}  // namespace

/// One backend.
class HealthRounds::Patient {
 public:
  Patient(const Dialer::World& world, const BackendPlan& plan, milliseconds patience)
      : world_(world),
        plan_(plan),
        patience_(patience.count() != 0 ? patience : plan.check_interval),
        findings_(plan, world.news),
        timer_(world.loop, [this] { begin_round(); }) {
    wait();
  }

 private:
  bool is_checked() const noexcept { return plan_.check_interval.count() != 0; }

  void wait() {
    const auto draw = static_cast<std::uint32_t>(chance_());
    timer_.start(is_checked() ? policy::BackOff::jittered(plan_.check_interval, draw) : kLook);
  }

  void begin_round() {
    wait();
    if (!is_checked()) return findings_.let_try(world_.loop.now());
    std::erase_if(checks_, [](const auto& check) { return check->is_over(); });
    if (!checks_.empty()) return;  // somebody takes longer than an interval
    candidates_ = std::make_unique<Candidates>(world_, plan_, "", [this] { go_on(); });
    go_on();
  }

  void go_on() {
    for (const Candidates::Unknown& name : candidates_->take_unknown()) {
      findings_.note_unknown(world_.loop.now(), {.address = name.name,
                                                 .phase = DialPhase::kResolve,
                                                 .error = name.error,
                                                 .text = net::error_text(name.error)});
    }
    Candidate candidate;
    while (candidates_->next(candidate) == Candidates::Found::kNow) {
      checks_.push_back(
          std::make_unique<HealthCheck>(world_, plan_, findings_, std::move(candidate), patience_));
    }
  }

  Dialer::World world_;
  const BackendPlan& plan_;
  milliseconds patience_;
  DialFindings findings_;
  std::minstd_rand chance_{std::random_device{}()};
  net::Timer timer_;
  std::unique_ptr<Candidates> candidates_;
  std::list<std::unique_ptr<HealthCheck>> checks_;
};

HealthRounds::HealthRounds(const Dialer::World& world) : world_(world) {}
HealthRounds::~HealthRounds() = default;

void HealthRounds::look_after(std::shared_ptr<const void> keeper,
                              const std::vector<BackendPlan>& plans, milliseconds patience) {
  patients_.clear();
  keeper_ = std::move(keeper);
  for (const BackendPlan& plan : plans) {
    patients_.push_back(std::make_unique<Patient>(world_, plan, patience));
  }
}

void HealthRounds::rest() noexcept {
  patients_.clear();
  keeper_.reset();
}

}  // namespace postern::upstream
