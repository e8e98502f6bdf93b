// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/supervisor.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <iterator>
#include <thread>
#include <utility>

#include "proxy/server/capacity.hpp"
#include "proxy/server/process.hpp"

namespace postern::server {
namespace {

using conf::LogLevel;

constexpr std::chrono::minutes kKeyInterval{10};
constexpr std::chrono::minutes kQuotaInterval{1};  // in which a place has its lines in the log
constexpr std::chrono::minutes kSaveInterval{1};

unsigned worker_count(const conf::Startup& startup) noexcept {
  return startup.workers != 0 ? startup.workers : std::max(1U, std::thread::hardware_concurrency());
}

// Doors that are open already have nothing to hand over.
std::vector<WorkerDoor> share_of(std::size_t worker, std::vector<Door>& doors) {
  std::vector<WorkerDoor> share;
  for (Door& door : doors) {
    const bool fresh = !door.sockets.empty();
    share.push_back({door.address.text(), door.listener, door.lanes,
                     fresh ? std::move(door.sockets[worker]) : net::Descriptor()});
  }
  return share;
}

}  // namespace

Supervisor::Supervisor(std::string config_file, HangUp hang_up, std::optional<keys::Keeper> keeper)
    : config_file_(std::move(config_file)),
      hang_up_(hang_up),
      keys_(tls::TicketKeys::TimePoint::clock::now()),
      key_keeping_(loop_, log_, workers_, std::move(keeper), [this] { drain(); }) {}

Supervisor::~Supervisor() = default;

std::expected<Changes, Refusal> Supervisor::start() {
  auto document = conf::read_file(config_file_);
  if (!document) {
    return std::unexpected(Refusal{Refusal::Cause::kConfiguration, std::move(document.error())});
  }
  startup_ = document->settings.startup;
  doors_ = std::make_unique<Doors>(worker_count(startup_));
  if (auto begun = key_keeping_.begin(startup_, worker_count(startup_)); !begun) {
    return std::unexpected(std::move(begun.error()));
  }
  upkeep_ = std::make_unique<Upkeep>(loop_, log_, keys_, key_keeping_.holder());
  control_ = std::make_unique<ControlDesk>(loop_, log_, *this);
  auto prepared = prepare(*std::move(document));
  if (!prepared) return std::unexpected(std::move(prepared.error()));
  admission_ = std::make_unique<Admission>(session_capacity(), sessions_in(usable_memory()));
  worker_emptied_ = std::make_unique<net::Wakeup>(loop_, [this] { on_worker_emptied(); });
  logins_ = std::make_unique<LoginMemory>(startup_.state_dir);
  log_.name_users_by([this](std::string_view name) { return logins_->digest_of_user(name); });
  make_workers();
  make_lookout();
  backends_ = std::make_unique<BackendWatch>(loop_, health_news_);
  metrics_.watch(*upkeep_, logins_->guard());
  install_signals();
  rotate_keys();
  tell_left_out();
  Changes changes = commit(*std::move(prepared));
  status_.watch(*lookout_);
  key_keeping_.give_channels();
  service_news_.say_done("start", changes);
  save_logins();
  service_news_.warn_of_root();
  feed_watchdog();
  return changes;
}

void Supervisor::run() {
  notify_manager("READY=1\nSTATUS=serving");
  loop_.run();
  workers_.clear();
  save_logins();
  log_.tell_left_out();
  service_news_.say(LogLevel::kInfo, "stop", "stopped");
}

// From the first time on, each look asks all workers, and the next one counts their answers.
void Supervisor::feed_watchdog() {
  const auto interval = watchdog_interval();
  if (!interval) return;
  if (!watchdog_timer_) {
    watchdog_timer_ = std::make_unique<net::Timer>(loop_, [this] { feed_watchdog(); });
    answers_ = std::make_unique<Rounds>(workers_.size());
    for (const auto& worker : workers_) worker->ask([this] { answers_->answer(); });
  } else {
    look_after(
        *answers_, [] { notify_manager("WATCHDOG=1"); },
        [this] {
          for (const auto& worker : workers_) worker->ask([this] { answers_->answer(); });
        });
  }
  watchdog_timer_->start(*interval);
}

void Supervisor::make_workers() {
  for (unsigned i = 0; i < worker_count(startup_); ++i) {
    workers_.push_back(std::make_unique<Worker>(i, log_, metrics_.metrics().new_counters(),
                                                *admission_, crowd_, logins_->guard(),
                                                logins_->book(), news_, [this] {
                                                  emptied_.fetch_add(1);
                                                  worker_emptied_->signal();
                                                }));
  }
  for (const auto& worker : workers_) worker->start();
}

void Supervisor::make_lookout() {
  lookout_ = std::make_unique<Lookout>(
      Lookout::Sources{config_file_, startup_, draining_, record_, *admission_, log_,
                       control_->door(), logins_->guard(), logins_->book().users(), news_,
                       upkeep_->certificate_watch(), loop_, inquiries_, workers_.size()});
  crowd_hint_ = std::make_unique<CrowdHint>(loop_, log_, *lookout_);
}

void Supervisor::install_signals() {
  const auto on = [this](int number, net::Callback callback) {
    signals_.push_back(std::make_unique<net::Signal>(loop_, number, std::move(callback)));
  };
  switch (hang_up_) {
    case HangUp::kReloads:
      on(SIGHUP, [this] { on_hang_up(); });
      break;
    case HangUp::kStops:  // unless it was started by nohup(1)
      if (!is_ignored(SIGHUP)) on(SIGHUP, [this] { on_stop_signal(); });
      break;
  }
  on(SIGUSR1, [this] { reopen_log(); });
  on(SIGTERM, [this] { on_stop_signal(); });
  on(SIGINT, [this] { on_stop_signal(); });
}

void Supervisor::on_hang_up() {
  if (!draining_) reload();
}

// Two phases: everything that can fail is prepared first; only then does anything change.
std::expected<Changes, Refusal> Supervisor::reload() {
  if (!draining_) notify_manager("RELOADING=1");
  auto prepared = prepare();
  if (!prepared) {
    metrics_.note_refusal();
    record_.refuse(prepared.error(), config_file_);
    service_news_.say_all("reload", prepared.error().diagnostics);
    service_news_.say(LogLevel::kError, "reload", "refused; the old configuration stays in use");
    if (!draining_) {
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
  if (draining_) {
    conf::Diagnostic stopping;
    stopping.text = "the process is about to end";
    return std::unexpected(Refusal{Refusal::Cause::kStopping, {std::move(stopping)}});
  }
  auto document = conf::read_file(config_file_);
  if (!document) {
    return std::unexpected(Refusal{Refusal::Cause::kConfiguration, std::move(document.error())});
  }
  return prepare(*std::move(document));
}

std::expected<Supervisor::Prepared, Refusal> Supervisor::prepare(conf::Document document) const {
  auto staged = stage(std::move(document), {startup_, *doors_, keys_, pool_, upkeep_->maps(), log_,
                                            key_keeping_.holder()});
  if (!staged) return std::unexpected(std::move(staged.error()));
  auto control = control_->door().prepare(staged->document);
  if (!control) {
    return std::unexpected(Refusal{Refusal::Cause::kSystem, std::move(control.error())});
  }
  std::ranges::move(std::exchange(control->warnings, {}), std::back_inserter(staged->warnings));
  auto metrics = metrics_.prepare(staged->document);
  if (!metrics) {
    return std::unexpected(Refusal{Refusal::Cause::kSystem, std::move(metrics.error())});
  }
  return Prepared{*std::move(staged), *std::move(control), *std::move(metrics)};
}

Changes Supervisor::commit(Prepared prepared) {
  Staged& staged = prepared.staged;
  Changes changes = record_.changes_by(staged, workers_.size());
  const conf::Live& settings = staged.document.settings.live;
  log_.use(std::move(staged.log));
  log_.count_places_by(settings.limits.auth_failures);
  logins_->guard().configure(settings.limits.auth_failures);
  crowd_.configure(place_limits_of(settings.limits));
  pool_.keep(staged.snapshot->backends);
  admission_->set_aside(static_cast<std::uint32_t>(workers_.size()) *
                        upstream::warm_of(staged.snapshot->backends));
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    workers_[i]->use(staged.snapshot, share_of(i, staged.doors));
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
  if (draining_) {
    stop();
    return;
  }
  service_news_.say(LogLevel::kInfo, "drain",
                    "accepting nothing more; a second signal stops at once");
  drain();
}

std::uint32_t Supervisor::drain() {
  if (!std::exchange(draining_, true)) {
    notify_manager("STOPPING=1\nSTATUS=waiting for open sessions");
    drain_timer_ = std::make_unique<net::Timer>(loop_, [this] { loop_.stop(); });
    if (drain_time_.count() != 0) drain_timer_->start(drain_time_);
    backends_->rest();
    metrics_.note_drain();
    for (const auto& worker : workers_) worker->drain();
  }
  return admission_->count();
}

std::uint32_t Supervisor::stop() {
  draining_ = true;
  loop_.stop();
  return admission_->count();
}

// Each worker says so once.
void Supervisor::on_worker_emptied() {
  if (emptied_ >= workers_.size()) loop_.stop();
}

void Supervisor::rotate_keys() {
  if (!key_timer_) key_timer_ = std::make_unique<net::Timer>(loop_, [this] { rotate_keys(); });
  keys_.rotate(tls::TicketKeys::TimePoint::clock::now());
  key_timer_->start(kKeyInterval);
}

void Supervisor::tell_left_out() {
  if (!quota_timer_)
    quota_timer_ = std::make_unique<net::Timer>(loop_, [this] { tell_left_out(); });
  log_.tell_left_out();
  quota_timer_->start(kQuotaInterval);
}

void Supervisor::save_logins() {
  if (!save_timer_) save_timer_ = std::make_unique<net::Timer>(loop_, [this] { save_logins(); });
  save_timer_->start(kSaveInterval);
  logins_->save();
  for (const std::string& what : logins_->take_complaints()) {
    service_news_.say(LogLevel::kWarn, "state", what);
  }
}

void Supervisor::reopen_log() {
  const auto done = log_.reopen();
  if (done) {
    service_news_.say(LogLevel::kInfo, "reopen", "the log was opened anew");
  } else {
    service_news_.say(LogLevel::kError, "reopen", "cannot open the log: " + done.error());
  }
}

}  // namespace postern::server
