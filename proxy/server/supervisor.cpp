// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/supervisor.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
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

bool is_ignored(int signal) noexcept {
  struct sigaction now{};
  return sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

std::vector<Listening> listening_on(const Staged& staged) {
  std::vector<Listening> all;
  for (const Door& door : staged.doors) {
    const auto add = [&](std::size_t index) {
      const conf::Listener& listener = staged.document.settings.live.listeners[index];
      all.push_back({listener.name, listener.tls, door.address});
    };
    if (!door.lanes) {
      add(door.listener);
    } else {
      std::ranges::for_each(staged.snapshot->lanes[*door.lanes].listeners, add);
    }
  }
  return all;
}

std::uint32_t warm_for_each_worker(const session::Snapshot& plans) {
  std::uint32_t sum = 0;
  for (const upstream::BackendPlan& backend : plans.backends) sum += backend.warm;
  return sum;
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
  auto staged = stage(*std::move(document), {startup_, *doors_, keys_, pool_, upkeep_->maps(), log_,
                                             key_keeping_.holder()});
  if (!staged) return std::unexpected(std::move(staged.error()));
  admission_ = std::make_unique<Admission>(session_capacity(), sessions_in(usable_memory()));
  worker_emptied_ = std::make_unique<net::Wakeup>(loop_, [this] { on_worker_emptied(); });
  logins_ = std::make_unique<LoginMemory>(startup_.state_dir);
  make_workers();
  backends_ = std::make_unique<BackendWatch>(loop_, news_);
  install_signals();
  rotate_keys();
  tell_left_out();
  Changes changes = commit(*std::move(staged));
  key_keeping_.give_channels();
  say_done("start", changes);
  save_logins();
  warn_of_root();
  feed_watchdog();
  return changes;
}

void Supervisor::run() {
  notify_manager("READY=1\nSTATUS=serving");
  loop_.run();
  workers_.clear();
  save_logins();
  log_.tell_left_out();
  say(LogLevel::kInfo, "stop", "stopped");
}

// Two ports are all that root would be good for.
void Supervisor::warn_of_root() {
  if (geteuid() != 0) return;
  say(LogLevel::kWarn, "start",
      "running as root, which is not needed: ports below 1024 take CAP_NET_BIND_SERVICE and a user "
      "without any other right (see postern.service)");
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
    workers_.push_back(std::make_unique<Worker>(i, log_, *admission_, crowd_, logins_->guard(),
                                                logins_->book(), news_, [this] {
                                                  emptied_.fetch_add(1);
                                                  worker_emptied_->signal();
                                                }));
  }
  for (const auto& worker : workers_) worker->start();
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
  if (draining_) return;
  notify_manager("RELOADING=1");
  notify_manager(reload() ? "READY=1\nSTATUS=serving"
                          : "READY=1\nSTATUS=reload refused, the old configuration stays in use; "
                            "see the log");
}

// Two phases: everything that can fail is prepared first; only then does anything change.
std::expected<Changes, Refusal> Supervisor::reload() {
  auto staged = prepare();
  if (!staged) {
    say_all("reload", staged.error().diagnostics);
    say(LogLevel::kError, "reload", "refused; the old configuration stays in use");
    return std::unexpected(std::move(staged.error()));
  }
  Changes changes = commit(*std::move(staged));
  say_done("reload", changes);
  return changes;
}

std::expected<Staged, Refusal> Supervisor::prepare() const {
  if (draining_) {
    conf::Diagnostic stopping;
    stopping.text = "the process is about to end";
    return std::unexpected(Refusal{Refusal::Cause::kStopping, {std::move(stopping)}});
  }
  auto document = conf::read_file(config_file_);
  if (!document) {
    return std::unexpected(Refusal{Refusal::Cause::kConfiguration, std::move(document.error())});
  }
  return stage(*std::move(document),
               {startup_, *doors_, keys_, pool_, upkeep_->maps(), log_, key_keeping_.holder()});
}

Changes Supervisor::commit(Staged staged) {
  const conf::Live& settings = staged.document.settings.live;
  log_.use(std::move(staged.log));
  log_.count_places_by(settings.limits.auth_failures);
  logins_->guard().configure(settings.limits.auth_failures);
  crowd_.configure(place_limits_of(settings.limits));
  pool_.keep(staged.snapshot->backends);
  admission_->set_aside(static_cast<std::uint32_t>(workers_.size()) *
                        warm_for_each_worker(*staged.snapshot));
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    workers_[i]->use(staged.snapshot, share_of(i, staged.doors));
  }
  doors_->commit(staged.doors);
  backends_->use(staged.snapshot);
  upkeep_->use(staged);
  drain_time_ = settings.timeouts.drain;
  return {.listeners = settings.listeners.size(),
          .workers = workers_.size(),
          .listening = listening_on(staged),
          .warnings = std::move(staged.warnings)};
}

// The first signal waits for open sessions, the second one does not.
void Supervisor::on_stop_signal() {
  if (draining_) {
    stop();
    return;
  }
  notify_manager("STOPPING=1\nSTATUS=waiting for open sessions");
  say(LogLevel::kInfo, "drain", "accepting nothing more; a second signal stops at once");
  drain();
}

std::uint32_t Supervisor::drain() {
  if (!std::exchange(draining_, true)) {
    drain_timer_ = std::make_unique<net::Timer>(loop_, [this] { loop_.stop(); });
    if (drain_time_.count() != 0) drain_timer_->start(drain_time_);
    backends_->rest();
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
    say(LogLevel::kWarn, "state", what);
  }
}

void Supervisor::reopen_log() {
  const auto done = log_.reopen();
  if (done) {
    say(LogLevel::kInfo, "reopen", "the log was opened anew");
  } else {
    say(LogLevel::kError, "reopen", "cannot open the log: " + done.error());
  }
}

void Supervisor::say(LogLevel level, std::string_view event, std::string_view message) {
  log_.write(level, log_.entry(level, event).finish(message));
}

void Supervisor::say_done(std::string_view event, const Changes& changes) {
  say_all(event, changes.warnings);
  say(LogLevel::kInfo, event,
      fmt::format("{}: {} listeners, {} workers", config_file_, changes.listeners,
                  changes.workers));
}

void Supervisor::say_all(std::string_view event, const conf::Diagnostics& diagnostics) {
  for (const conf::Diagnostic& diagnostic : diagnostics) {
    const LogLevel level =
        diagnostic.severity == conf::Severity::kError ? LogLevel::kError : LogLevel::kWarn;
    // The first line names the place; the source line and caret are for a terminal.
    const std::string text = render(diagnostic, config_file_);
    say(level, event, std::string_view(text).substr(0, text.find('\n')));
  }
}

}  // namespace postern::server
