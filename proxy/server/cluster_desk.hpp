// SPDX-License-Identifier: Apache-2.0
// This process among the machines that count together, as far as it is one: that it lives, whom
// they have banned, and what the engine lost or was not told. On the supervisor's loop.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "policy/network.hpp"
#include "proxy/admin/counters.hpp"
#include "proxy/admin/log.hpp"
#include "proxy/cluster/cluster_plan.hpp"
#include "proxy/cluster/membership.hpp"
#include "proxy/cluster/procedures.hpp"
#include "proxy/cluster/shared_ban.hpp"
#include "proxy/server/cluster_standing.hpp"
#include "proxy/server/guard.hpp"

namespace postern::server {

class ClusterDesk final : private cluster::Procedures::Owner {
 public:
  /// All of it outlives the desk.
  struct World {
    net::Loop& loop;
    admin::Log& log;
    admin::Counters& counters;
    Guard& guard;
  };

  explicit ClusterDesk(const World& world);

  /// From now on; null: this machine is alone. The guard is configured with these limits, or with
  /// half of them while this machine has to count alone, where it should not have to.
  void use(std::shared_ptr<const cluster::ClusterPlan> plan, const policy::GuessLimits& limits);
  /// This machine ends: the others are told, as far as they can be at once.
  void leave();

  /// An administrator's ban, or that there is none any more, for all machines.
  void share(const policy::Network& network);

  cluster::Membership& membership() noexcept { return membership_; }

  ClusterStanding standing() const;

 private:
  using Reply = cluster::Reply;

  void on_up(cluster::Procedures& procedures) override;
  void on_down(cluster::Procedures& procedures, const std::string& why) override;
  void on_news(cluster::Procedures& procedures, std::string_view payload) override;

  void configure_guard();
  void call(cluster::Script script, const cluster::Words& keys, const cluster::Words& arguments,
            std::function<void(const Reply&)> done);
  void beat();
  void on_beat(const Reply& reply);
  void tell_all_bans();
  void tell_owed_bans();
  void tell_ban(const Guard::Banned& banned);
  void tell_leases();
  void fetch_bans(const std::string& cursor);
  void on_bans(const Reply& reply);
  void drop_those_gone();
  void take(const cluster::SharedBan& shared);
  void let_go(const std::string& name);
  void let_go(const policy::Network& network);
  void log_ban(std::string_view event, const policy::Network& network, std::string_view reason,
               policy::GuardMode mode, std::string_view message);

  World world_;
  cluster::Membership membership_;
  policy::GuessLimits limits_;
  std::shared_ptr<const cluster::ClusterPlan> plan_;
  std::string why_;
  std::string epoch_;  // of the engine's, when it was last asked
  bool was_away_ = false;
  std::uint32_t beats_ = 0;
  std::set<policy::Network> shared_;   // bans that the engine has, as far as is known
  std::set<policy::Network> fetched_;  // since they were begun to be fetched, with what came beside
  net::Timer beat_;
  std::unique_ptr<transport::Buffers> buffers_;
  net::Resolver resolver_;
  cluster::Procedures procedures_;
};

}  // namespace postern::server
