// SPDX-License-Identifier: Apache-2.0
// Gives the place of this process to another one, of another binary perhaps: no connection is
// refused and no session is cut. As long as the other does not serve, this one does; from then on
// it lasts until its own sessions have ended. The log and the service manager are told of all.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/admin/log.hpp"
#include "proxy/confinement/launcher.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/net/packet_pair.hpp"
#include "proxy/server/admission.hpp"
#include "proxy/server/control_door.hpp"
#include "proxy/server/doors.hpp"
#include "proxy/server/elders.hpp"
#include "proxy/server/heritage.hpp"
#include "proxy/server/legacy.hpp"
#include "proxy/server/login_memory.hpp"
#include "proxy/server/metrics_desk.hpp"
#include "proxy/server/successor.hpp"
#include "tls/ticket_keys.hpp"

namespace postern::server {

class Handover final : private Successor::Owner, private Elders::Owner {
 public:
  /// Whose place it is.
  class House {
   public:
    virtual ~House() = default;
    /// Accepts nothing more; sessions go on.
    virtual void retire() = 0;
    /// What the one in our place was told, when this process is only an elder.
    virtual void on_wish(Word wish) = 0;
  };

  /// What is handed over, or let go of.
  struct Estate {
    const Doors& doors;
    tls::TicketKeys& keys;
    LoginMemory& logins;
    ControlDoor& control;
    MetricsDesk& metrics;
    const Admission& admission;
  };

  /// What became of it: the process that serves now, or why there is none.
  using Done = std::move_only_function<void(const std::expected<pid_t, std::string>&)>;

  /// Without a launcher there is no other process. All must outlive it.
  Handover(net::Loop& loop, admin::Log& log, std::optional<confinement::Launcher> launcher,
           House& house);
  ~Handover() override;

  /// Before anything else: what there is. All of it outlives this.
  void settle(const Estate& estate) { estate_.emplace(estate); }

  bool is_possible() const noexcept { return launcher_.has_value(); }
  /// Begins; `done` is called once, on the loop or at once.
  void begin(Done done);
  /// Whether another process has the place of this one.
  bool is_done() const noexcept { return heir_ && heir_->is_serving(); }

  /// This process serves, in the place of the one before it, if there is one.
  void succeed(Heritage& heritage);
  /// Whether it is for the one before to say to the service manager that this process is ready.
  bool awaits_manager() const noexcept { return awaits_manager_; }
  Elders& elders() noexcept { return elders_; }
  const Elders& elders() const noexcept { return elders_; }

  /// This process is about to end: one that is still being started does not take its place.
  void abandon(const std::string& why);

  /// Tells the one in our place what was counted here since. To be called, and waited for, when
  /// nothing more will be.
  void report(net::Wait wait);

 private:
  Legacy on_heir_prepared() override;
  void on_heir_serving() override;
  void on_heir_failed(const std::string& why) override;
  void on_heir_wish(Word wish) override { house_.on_wish(wish); }

  void become_main();
  void on_main() override;
  void on_counted(const Counted& more) override;
  void on_elders_changed() override;
  void on_elder_gone() override;

  void take_back();
  void take_bans(const std::vector<std::string>& texts);
  Counted counted() const { return estate_->metrics.metrics().series(); }
  std::optional<std::string> objection() const;
  void finish(const std::expected<pid_t, std::string>& result);
  void report_now_and_then();
  void say(conf::LogLevel level, std::string_view message);

  net::Loop& loop_;
  admin::Log& log_;
  std::optional<confinement::Launcher> launcher_;
  House& house_;
  std::optional<Estate> estate_;
  Elders elders_;
  std::unique_ptr<Successor> heir_;
  bool let_go_ = false;
  bool awaits_manager_ = false;
  Counted told_;  // to the heir
  Done done_;
  net::Timer report_timer_;
  net::TurnEnd burial_;  // of an heir that has failed
};

}  // namespace postern::server
