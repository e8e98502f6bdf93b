// Owns the workers and the configuration: starts, reloads, drains and stops, as signals ask for it.
// Its own thread serves nobody.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/admin/log.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/server/admission.hpp"
#include "proxy/server/crowd.hpp"
#include "proxy/server/doors.hpp"
#include "proxy/server/login_memory.hpp"
#include "proxy/server/stage.hpp"
#include "proxy/server/watchdog.hpp"
#include "proxy/server/worker.hpp"
#include "tls/ticket_keys.hpp"

namespace postern::server {

enum class Outcome {
  kStopped,           // as asked
  kBadConfiguration,  // never started; the diagnostics are on standard error
  kFailed,            // never started for another reason, told on standard error
};

/// What SIGHUP asks for: a service manager means a reload, a terminal that goes away means the end.
enum class HangUp { kReloads, kStops };

class Supervisor {
 public:
  /// Called once everything is listening, with the configuration and its doors.
  using Ready = std::function<void(const conf::Live&, const std::vector<Door>&)>;

  Supervisor(std::string config_file, Ready ready, HangUp hang_up = HangUp::kReloads);
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  /// Serves until it is told to stop by a signal.
  Outcome run();

 private:
  /// Empty when everything is up.
  std::optional<Outcome> begin();
  void make_workers(const conf::Startup& startup);
  void install_signals();
  void warn_of_root();
  void feed_watchdog();
  void reload();
  bool commit(Staged staged);
  void on_stop_signal();
  void on_worker_emptied();
  void stop_workers();
  void rotate_keys();
  void save_logins();
  void reopen_log();
  void tell_left_out();
  void say(conf::LogLevel level, std::string_view event, std::string_view message);
  void say_all(std::string_view event, const conf::Diagnostics& diagnostics);

  std::string config_file_;
  Ready ready_;
  HangUp hang_up_;
  admin::Log log_;
  tls::TicketKeys keys_;
  upstream::Pool pool_;
  std::uint64_t generation_ = 0;
  conf::Startup startup_;  // as configured, not as counted
  bool draining_ = false;
  std::atomic<std::size_t> emptied_{0};  // workers without a session, while draining
  std::unique_ptr<Doors> doors_;
  std::unique_ptr<Admission> admission_;
  std::unique_ptr<LoginMemory> logins_;
  Crowd crowd_;
  conf::Live settings_;
  net::Loop loop_;
  std::unique_ptr<net::Wakeup> worker_emptied_;
  std::unique_ptr<net::Timer> key_timer_;
  std::unique_ptr<net::Timer> quota_timer_;
  std::unique_ptr<net::Timer> save_timer_;
  std::unique_ptr<net::Timer> drain_timer_;
  std::unique_ptr<net::Timer> watchdog_timer_;
  std::unique_ptr<Rounds> answers_;  // of the workers, to the watchdog
  std::vector<std::unique_ptr<net::Signal>> signals_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace postern::server
