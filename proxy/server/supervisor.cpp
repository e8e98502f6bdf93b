// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/supervisor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <thread>
#include <utility>

#include "proxy/server/capacity.hpp"
#include "proxy/server/door_share.hpp"
#include "proxy/server/process.hpp"

namespace postern::server {
namespace {

using conf::LogLevel;

constexpr const char* kEnding = "the process is about to end";

unsigned worker_count(const conf::Startup& startup) noexcept {
  return startup.workers != 0 ? startup.workers : std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

Supervisor::Supervisor(std::string config_file, HangUp hang_up, Birth birth)
    : config_file_(std::move(config_file)),
      hang_up_(hang_up),
      keys_(tls::TicketKeys::TimePoint::clock::now()),
      sandbox_(std::move(birth.sandbox)),
      heritage_(std::move(birth.sockets), std::move(birth.predecessor)),
      key_keeping_(loop_, log_, workers_, std::move(birth.keeper), [this] { drain(); }),
      handover_(loop_, log_, std::move(birth.launcher), *this) {}

Supervisor::~Supervisor() = default;

std::expected<Changes, Refusal> Supervisor::start() {
  auto started = try_to_start();
  if (!started) heritage_.refuse(started.error().diagnostics, config_file_);
  return started;
}

std::expected<Changes, Refusal> Supervisor::try_to_start() {
  auto document = conf::read_file(config_file_);
  if (!document) {
    return std::unexpected(Refusal{Refusal::Cause::kConfiguration, std::move(document.error())});
  }
  startup_ = document->settings.startup;
  if (auto refusal = refusal_of(sandbox_)) return std::unexpected(*std::move(refusal));
  auto sockets = heritage_.take_sockets();
  if (!sockets) return std::unexpected(std::move(sockets.error()));
  doors_ = std::make_unique<Doors>(worker_count(startup_), *std::move(sockets));
  if (auto begun = key_keeping_.begin(startup_, worker_count(startup_)); !begun) {
    return std::unexpected(std::move(begun.error()));
  }
  upkeep_ = std::make_unique<Upkeep>(loop_, log_, keys_, key_keeping_.holder());
  control_ = std::make_unique<ControlDesk>(loop_, log_, *this);
  auto staged = stage_with(*std::move(document));
  if (!staged) return std::unexpected(std::move(staged.error()));
  if (auto taken = heritage_.take_over(keys_); !taken) {
    return std::unexpected(std::move(taken.error()));
  }
  auto prepared = equip(*std::move(staged));
  if (!prepared) return std::unexpected(std::move(prepared.error()));
  furnish();
  install_signals();
  Changes changes = commit(*std::move(prepared));
  status_.watch(*lookout_);
  key_keeping_.give_channels();
  service_news_.say_started(changes, doors_->unused_names(), sandbox_, startup_.user);
  chores_->begin();
  handover_.succeed(heritage_);
  return changes;
}

// All that lasts as long as the process, with whose state directory it comes.
void Supervisor::furnish() {
  admission_ = std::make_unique<Admission>(session_capacity(), sessions_in(usable_memory()));
  worker_emptied_ = std::make_unique<net::Wakeup>(loop_, [this] { on_worker_emptied(); });
  logins_ = std::make_unique<LoginMemory>(startup_.state_dir);
  log_.name_users_by([this](std::string_view name) { return logins_->digest_of_user(name); });
  cluster_ = std::make_unique<ClusterDesk>(
      ClusterDesk::World{loop_, log_, metrics_.counters(), logins_->guard()});
  make_workers();
  make_lookout();
  backends_ = std::make_unique<BackendWatch>(loop_, health_news_);
  metrics_.watch(*upkeep_, logins_->guard());
  handover_.settle({*doors_, keys_, *logins_, control_->door(), metrics_, *admission_});
  chores_ = std::make_unique<Chores>(
      loop_, Chores::Household{log_, service_news_, keys_, *logins_, workers_});
}

void Supervisor::run() {
  if (!handover_.awaits_manager()) notify_manager("READY=1\nSTATUS=serving");
  loop_.run();
  workers_.clear();
  cluster_->leave();
  chores_->save();
  handover_.report(net::Wait::kSeconds);
  log_.tell_left_out();
  service_news_.say(LogLevel::kInfo, "stop", "stopped");
}

void Supervisor::make_workers() {
  for (unsigned i = 0; i < worker_count(startup_); ++i) {
    workers_.push_back(std::make_unique<Worker>(i, log_, metrics_.metrics().new_counters(),
                                                *admission_, crowd_, *logins_,
                                                cluster_->membership(), news_, [this] {
                                                  emptied_.fetch_add(1);
                                                  worker_emptied_->signal();
                                                }));
  }
  for (const auto& worker : workers_) worker->start();
}

void Supervisor::make_lookout() {
  lookout_ = std::make_unique<Lookout>(Lookout::Sources{
      config_file_, startup_, sandbox_, draining_, record_, *admission_, log_, control_->door(),
      logins_->guard(), logins_->book().users(), news_, upkeep_->certificate_watch(), *cluster_,
      loop_, inquiries_, workers_.size()});
  crowd_hint_ = std::make_unique<CrowdHint>(loop_, log_, *lookout_);
}

void Supervisor::install_signals() {
  SignalActions actions{.reload = [this] { static_cast<void>(is_serving() && reload()); },
                        .reopen_log = [this] { reopen_log(); },
                        .stop = [this] { on_stop_signal(); }};
  if (handover_.is_possible()) actions.hand_over = [this] { hand_over(); };
  signals_ = listen_for_signals(loop_, hang_up_, std::move(actions));
}

// Two phases: everything that can fail is prepared first; only then does anything change.
std::expected<Changes, Refusal> Supervisor::reload() {
  if (is_serving()) notify_manager("RELOADING=1");
  auto prepared = prepare();
  if (!prepared) {
    metrics_.note_refusal();
    record_.refuse(prepared.error(), config_file_);
    service_news_.say_all("reload", prepared.error().diagnostics);
    service_news_.say(LogLevel::kError, "reload", "refused; the old configuration stays in use");
    if (is_serving()) {
      notify_manager(
          "READY=1\nSTATUS=reload refused, the old configuration stays in use; see the log");
    }
    return std::unexpected(std::move(prepared.error()));
  }
  Changes changes = commit(*std::move(prepared));
  service_news_.say_done("reload", changes);
  notify_manager("READY=1\nSTATUS=serving");
  return changes;
}

std::expected<Changes, Refusal> Supervisor::rehearse() const {
  const auto prepared = prepare();
  if (!prepared) return std::unexpected(prepared.error());
  return record_.changes_by(prepared->staged, workers_.size());
}

std::expected<Supervisor::Prepared, Refusal> Supervisor::prepare() const {
  if (!is_serving()) {
    conf::Diagnostic stopping;
    stopping.text = kEnding;
    return std::unexpected(Refusal{Refusal::Cause::kStopping, {std::move(stopping)}});
  }
  auto document = conf::read_file(config_file_);
  if (!document) {
    return std::unexpected(Refusal{Refusal::Cause::kConfiguration, std::move(document.error())});
  }
  auto staged = stage_with(*std::move(document));
  if (!staged) return std::unexpected(std::move(staged.error()));
  return equip(*std::move(staged));
}

std::expected<Staged, Refusal> Supervisor::stage_with(conf::Document document) const {
  return stage(std::move(document), {startup_, *doors_, keys_, pool_, upkeep_->maps(),
                                     upkeep_->cluster(), log_, key_keeping_.holder()});
}

std::expected<Supervisor::Prepared, Refusal> Supervisor::equip(Staged staged) const {
  auto control = control_->door().prepare(staged.document);
  if (!control) {
    return std::unexpected(Refusal{Refusal::Cause::kSystem, std::move(control.error())});
  }
  std::ranges::move(std::exchange(control->warnings, {}), std::back_inserter(staged.warnings));
  auto metrics = metrics_.prepare(staged.document);
  if (!metrics) {
    return std::unexpected(Refusal{Refusal::Cause::kSystem, std::move(metrics.error())});
  }
  return Prepared{std::move(staged), *std::move(control), *std::move(metrics)};
}

Changes Supervisor::commit(Prepared prepared) {
  Staged& staged = prepared.staged;
  Changes changes = record_.changes_by(staged, workers_.size());
  const conf::Live& settings = staged.document.settings.live;
  log_.use(std::move(staged.log));
  log_.count_places_by(settings.limits.auth_failures);
  cluster_->use(staged.cluster.plan, settings.limits.auth_failures);
  crowd_.configure(place_limits_of(settings.limits));
  pool_.keep(staged.snapshot->backends);
  admission_->set_aside(static_cast<std::uint32_t>(workers_.size()) *
                        upstream::warm_of(staged.snapshot->backends));
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    workers_[i]->use(staged.snapshot, share_of(i, workers_.size(), staged.doors));
  }
  doors_->commit(staged.doors);
  backends_->use(staged.snapshot);
  upkeep_->use(staged);
  drain_time_ = settings.timeouts.drain;
  control_->door().use(std::move(prepared.control));
  metrics_.use(std::move(prepared.metrics), settings, staged.snapshot);
  changes.metrics = metrics_.address();
  record_.take(std::move(staged), changes);
  return changes;
}

// The first signal waits for open sessions, the second one does not.
void Supervisor::on_stop_signal() {
  if (draining_) return static_cast<void>(stop());
  service_news_.say(LogLevel::kInfo, "drain",
                    "accepting nothing more; a second signal stops at once");
  drain();
}

std::uint32_t Supervisor::drain() {
  if (!std::exchange(draining_, true)) {
    handover_.abandon(kEnding);
    // An elder's end is none of the service.
    if (!handover_.is_done()) notify_manager("STOPPING=1\nSTATUS=waiting for open sessions");
    drain_timer_ = std::make_unique<net::Timer>(loop_, [this] { loop_.stop(); });
    if (drain_time_.count() != 0) drain_timer_->start(drain_time_);
    doors_->close();
    backends_->rest();
    metrics_.note_drain();
    for (const auto& worker : workers_) worker->drain();
    handover_.elders().pass_on(Word::kDrain);
  }
  return admission_->count();
}

std::uint32_t Supervisor::stop() {
  draining_ = true;
  handover_.abandon(kEnding);
  doors_->close();
  handover_.elders().pass_on(Word::kStop);
  loop_.stop();
  return admission_->count();
}

// Each worker says so once.
void Supervisor::on_worker_emptied() {
  if (emptied_ >= workers_.size()) loop_.stop();
}

void Supervisor::hand_over(Handover::Done done) {
  if (!draining_) return handover_.begin(std::move(done));
  if (done) done(std::unexpected(kEnding));
}

void Supervisor::retire() {
  doors_->close();
  backends_->rest();
  upkeep_->rest();
  for (const auto& worker : workers_) worker->retire();
}

void Supervisor::on_wish(Word wish) {
  if (wish == Word::kReopen) reopen_log();
  if (wish == Word::kDrain) {
    service_news_.say(LogLevel::kInfo, "drain", "told so by the process in the place of this one");
    drain();
  }
  if (wish == Word::kStop) stop();
}

void Supervisor::reopen_log() {
  handover_.elders().pass_on(Word::kReopen);
  const auto done = log_.reopen();
  if (done) {
    service_news_.say(LogLevel::kInfo, "reopen", "the log was opened anew");
  } else {
    service_news_.say(LogLevel::kError, "reopen", "cannot open the log: " + done.error());
  }
}

}  // namespace postern::server
