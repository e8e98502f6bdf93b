// SPDX-License-Identifier: Apache-2.0
// Owns the workers and the configuration: starts, reloads, drains and stops, as it is told by
// signals or by whoever calls, who learns what became of it. Its own thread serves nobody.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/admin/log.hpp"
#include "proxy/net/address.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/server/admission.hpp"
#include "proxy/server/backend_news.hpp"
#include "proxy/server/backend_watch.hpp"
#include "proxy/server/changes.hpp"
#include "proxy/server/chores.hpp"
#include "proxy/server/cluster_desk.hpp"
#include "proxy/server/control_desk.hpp"
#include "proxy/server/counted_news.hpp"
#include "proxy/server/crowd.hpp"
#include "proxy/server/crowd_hint.hpp"
#include "proxy/server/doors.hpp"
#include "proxy/server/handover.hpp"
#include "proxy/server/heritage.hpp"
#include "proxy/server/inquiries.hpp"
#include "proxy/server/key_keeping.hpp"
#include "proxy/server/login_memory.hpp"
#include "proxy/server/lookout.hpp"
#include "proxy/server/metrics_desk.hpp"
#include "proxy/server/sandbox.hpp"
#include "proxy/server/service_news.hpp"
#include "proxy/server/service_record.hpp"
#include "proxy/server/signals.hpp"
#include "proxy/server/stage.hpp"
#include "proxy/server/status_desk.hpp"
#include "proxy/server/upkeep.hpp"
#include "proxy/server/worker.hpp"
#include "tls/ticket_keys.hpp"

namespace postern::server {

class Supervisor final : private Handover::House {
 public:
  explicit Supervisor(std::string config_file, HangUp hang_up = HangUp::kReloads, Birth birth = {});
  /// Ends all sessions.
  ~Supervisor() override;
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  /// Reads the file and begins to serve. Once; on failure nothing is listened on.
  [[nodiscard]] std::expected<Changes, Refusal> start();
  /// Waits, after the start, until everything is told to end, by a signal too, and has.
  void run();
  /// Whether run() has returned because there is no going on, rather than because it was told to.
  bool has_failed() const noexcept { return key_keeping_.has_failed(); }

  // From here on in the thread that started it. The log tells of all, whoever asked.
  /// Reads the file anew. What is refused changes nothing.
  std::expected<Changes, Refusal> reload();
  /// What a reload would change. All that can fail is tried, and nothing changes.
  std::expected<Changes, Refusal> rehearse() const;
  /// Accepts nothing more and lets sessions end by themselves, for as long as the configuration
  /// says; then run() returns. How many there are.
  std::uint32_t drain();
  /// The same, without waiting for them.
  std::uint32_t stop();
  /// Has another binary take the place of this process, as Handover does.
  void hand_over(Handover::Done done = {});

  const Lookout& lookout() const noexcept { return *lookout_; }
  /// Questions to the workers.
  Inquiries& workers() noexcept { return inquiries_; }
  Guard& guard() noexcept { return logins_->guard(); }
  ClusterDesk& cluster() noexcept { return *cluster_; }
  MetricsDesk& metrics() noexcept { return metrics_; }
  std::uint32_t sessions() const noexcept { return admission_->count(); }
  bool is_draining() const noexcept { return draining_; }
  /// How long a drain waits, 0: for ever.
  std::chrono::milliseconds drain_time() const noexcept { return drain_time_; }
  const std::string& config_file() const noexcept { return config_file_; }

 private:
  /// A configuration with all that can fail behind it.
  struct Prepared {
    Staged staged;
    ControlDoor::Ready control;
    MetricsDesk::Ready metrics;
  };

  // Handover::House
  void retire() override;
  void on_wish(Word wish) override;

  bool is_serving() const noexcept { return !draining_ && !handover_.is_done(); }
  std::expected<Changes, Refusal> try_to_start();
  void furnish();
  void make_workers();
  void make_lookout();
  void install_signals();
  std::expected<Prepared, Refusal> prepare() const;
  std::expected<Staged, Refusal> stage_with(conf::Document document) const;
  std::expected<Prepared, Refusal> equip(Staged staged) const;
  Changes commit(Prepared prepared);
  void on_stop_signal();
  void on_worker_emptied();
  void reopen_log();

  std::string config_file_;
  HangUp hang_up_;
  admin::Log log_;
  BackendNews news_{log_};
  ServiceNews service_news_{log_, config_file_};
  tls::TicketKeys keys_;
  upstream::Pool pool_;
  conf::Startup startup_;  // as configured, not as counted
  Sandbox sandbox_;
  Heritage heritage_;
  bool draining_ = false;
  std::atomic<std::size_t> emptied_{0};  // workers without a session that accept nothing more
  std::unique_ptr<Doors> doors_;
  std::unique_ptr<Admission> admission_;
  std::unique_ptr<LoginMemory> logins_;
  Crowd crowd_;
  std::chrono::milliseconds drain_time_{0};  // of the configuration in use; 0: for ever
  net::Loop loop_;
  MetricsDesk metrics_{loop_, log_, workers_};
  StatusDesk status_{metrics_};
  CountedNews health_news_{news_, metrics_.counters()};
  KeyKeeping key_keeping_;
  Handover handover_;
  std::unique_ptr<net::Wakeup> worker_emptied_;
  std::unique_ptr<net::Timer> drain_timer_;
  std::unique_ptr<BackendWatch> backends_;
  std::unique_ptr<Upkeep> upkeep_;
  std::unique_ptr<ClusterDesk> cluster_;
  ServiceRecord record_;
  Inquiries inquiries_{loop_, workers_};
  std::unique_ptr<ControlDesk> control_;
  std::unique_ptr<Lookout> lookout_;
  std::unique_ptr<CrowdHint> crowd_hint_;
  std::unique_ptr<Chores> chores_;
  Signals signals_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace postern::server
