#include "proxy/server/supervisor.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <thread>

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

// What a reload cannot change.
std::string_view changed_key(const conf::Startup& now, const conf::Startup& before) noexcept {
  if (now.workers != before.workers) return "server.workers";
  return now.state_dir != before.state_dir ? "server.state_dir" : "";
}

void print(const conf::Diagnostics& diagnostics, const std::string& file) {
  for (const conf::Diagnostic& diagnostic : diagnostics) {
    std::fputs(render(diagnostic, file).c_str(), stderr);
  }
}

}  // namespace

Supervisor::Supervisor(std::string config_file, Ready ready, HangUp hang_up)
    : config_file_(std::move(config_file)),
      ready_(std::move(ready)),
      hang_up_(hang_up),
      keys_(tls::TicketKeys::TimePoint::clock::now()) {}

Supervisor::~Supervisor() = default;

Outcome Supervisor::run() {
  prepare_process();
  if (const auto failure = begin()) return *failure;
  loop_.run();
  workers_.clear();
  save_logins();
  log_.tell_left_out();
  say(LogLevel::kInfo, "stop", "stopped");
  return Outcome::kStopped;
}

std::optional<Outcome> Supervisor::begin() {
  // The number of workers is needed before the sockets are opened, so the file is read twice.
  const auto first = conf::read_file(config_file_);
  const conf::Startup startup = first ? first->settings.startup : conf::Startup();
  startup_ = startup;
  doors_ = std::make_unique<Doors>(worker_count(startup));
  auto staged = stage(config_file_, *doors_, keys_, pool_);
  if (!staged) {
    print(staged.error().diagnostics, config_file_);
    return staged.error().cause == Refusal::Cause::kConfiguration ? Outcome::kBadConfiguration
                                                                  : Outcome::kFailed;
  }
  admission_ = std::make_unique<Admission>(session_capacity(), sessions_in(usable_memory()));
  worker_emptied_ = std::make_unique<net::Wakeup>(loop_, [this] { on_worker_emptied(); });
  logins_ = std::make_unique<LoginMemory>(startup.state_dir);
  make_workers(startup);
  install_signals();
  rotate_keys();
  tell_left_out();
  if (!commit(*std::move(staged))) return Outcome::kFailed;
  save_logins();
  warn_of_root();
  feed_watchdog();
  notify_manager("READY=1\nSTATUS=serving");
  return std::nullopt;
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

void Supervisor::make_workers(const conf::Startup& startup) {
  for (unsigned i = 0; i < worker_count(startup); ++i) {
    workers_.push_back(std::make_unique<Worker>(i, log_, *admission_, crowd_, logins_->guard(),
                                                logins_->book(), [this] {
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
      on(SIGHUP, [this] { reload(); });
      break;
    case HangUp::kStops:  // unless it was started by nohup(1)
      if (!is_ignored(SIGHUP)) on(SIGHUP, [this] { on_stop_signal(); });
      break;
  }
  on(SIGUSR1, [this] { reopen_log(); });
  on(SIGTERM, [this] { on_stop_signal(); });
  on(SIGINT, [this] { on_stop_signal(); });
}

// Two phases: everything that can fail is done in stage(); only then does anything change.
void Supervisor::reload() {
  if (draining_) return;
  notify_manager("RELOADING=1");
  auto staged = stage(config_file_, *doors_, keys_, pool_);
  if (const std::string_view key =
          staged ? changed_key(staged->document.settings.startup, startup_) : std::string_view();
      !key.empty()) {
    conf::Diagnostic diagnostic;
    diagnostic.text = fmt::format("`{}` has changed, which needs a restart", key);
    staged = std::unexpected(Refusal{Refusal::Cause::kConfiguration, {std::move(diagnostic)}});
  }
  if (!staged) {
    say_all("reload", staged.error().diagnostics);
    say(LogLevel::kError, "reload", "refused; the old configuration stays in use");
    return notify_manager(
        "READY=1\nSTATUS=reload refused, the old configuration stays in use; see the log");
  }
  ++generation_;
  const bool done = commit(*std::move(staged));
  notify_manager(done ? "READY=1\nSTATUS=serving"
                      : "READY=1\nSTATUS=reload failed: the log cannot be opened");
}

bool Supervisor::commit(Staged staged) {
  const conf::Live& settings = staged.document.settings.live;
  if (auto done = log_.configure(settings.log); !done) {
    say(LogLevel::kError, "reload", "cannot open the log: " + done.error());
    if (generation_ == 0) std::fprintf(stderr, "%s\n", done.error().c_str());
    return false;
  }
  log_.count_places_by(settings.limits.auth_failures);
  logins_->guard().configure(settings.limits.auth_failures);
  crowd_.configure(place_limits_of(settings.limits));
  say_all("reload", staged.warnings);
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    std::vector<WorkerDoor> doors;
    for (Door& door : staged.doors) {
      const bool fresh = !door.sockets.empty();
      doors.push_back({door.address.text(), door.listener,
                       fresh ? std::move(door.sockets[i]) : net::Descriptor()});
    }
    workers_[i]->use(staged.snapshot, std::move(doors));
  }
  doors_->commit(staged.doors);
  pool_.keep(staged.snapshot->backends);
  settings_ = settings;
  say(LogLevel::kInfo, generation_ == 0 ? "start" : "reload",
      fmt::format("{}: {} listeners, {} workers", config_file_, settings_.listeners.size(),
                  workers_.size()));
  if (generation_ == 0) ready_(settings_, staged.doors);
  return true;
}

void Supervisor::on_stop_signal() {
  if (std::exchange(draining_, true)) return stop_workers();
  notify_manager("STOPPING=1\nSTATUS=waiting for open sessions");
  say(LogLevel::kInfo, "drain", "accepting nothing more; a second signal stops at once");
  drain_timer_ = std::make_unique<net::Timer>(loop_, [this] { stop_workers(); });
  if (settings_.timeouts.drain.count() != 0) drain_timer_->start(settings_.timeouts.drain);
  for (const auto& worker : workers_) worker->drain();
}

// Each worker says so once.
void Supervisor::on_worker_emptied() {
  if (emptied_ >= workers_.size()) stop_workers();
}

void Supervisor::stop_workers() { loop_.stop(); }

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
