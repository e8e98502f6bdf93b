// SPDX-License-Identifier: Apache-2.0
// Logins of one worker where machines count together: what this machine knows by itself comes
// first, then the engine is asked, once for a login, and told of its outcome. Whoever is not
// answered in time goes on as if this machine were alone.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "conf/settings.hpp"
#include "proxy/admin/counters.hpp"
#include "proxy/admin/log.hpp"
#include "proxy/cluster/cluster_plan.hpp"
#include "proxy/cluster/membership.hpp"
#include "proxy/cluster/procedures.hpp"
#include "proxy/server/guard.hpp"
#include "proxy/server/login_book.hpp"
#include "proxy/session/logins.hpp"

namespace postern::server {

class SharedLogins final : public session::Logins,
                           private session::UserTicket::Issuer,
                           private cluster::Procedures::Owner {
 public:
  /// All of it outlives the logins.
  struct World {
    cluster::EngineClient::World engine;
    LoginBook& book;
    Guard& guard;
    cluster::Membership& membership;
    admin::Log& log;
    admin::Counters& counters;
  };

  explicit SharedLogins(const World& world);

  /// From now on; null: this machine is alone.
  void use(std::shared_ptr<const cluster::ClusterPlan> plan, const conf::Limits& limits);

  Trace trace_of(const Subject& subject) const override;
  void ask(const Trace& login, policy::TimePoint now, Asker& asker) override;
  void withdraw(Asker& asker) noexcept override;
  std::optional<session::UserTicket> enter(const Trace& login, std::string_view told,
                                           std::uint32_t most) override;
  policy::FailureRuling after_failure(const Trace& login, const policy::Charge& charge,
                                      policy::Said said, policy::TimePoint now) override;
  void after_success(const Trace& login, const policy::Charge& charge,
                     policy::TimePoint now) override;
  void after_no_answer(const Trace& login, const policy::Charge& charge,
                       policy::TimePoint now) override;
  void remember_exposed(const policy::Network& place, const pop3::Login& login,
                        policy::TimePoint now) override;
  bool was_exposed(const Trace& login) const override { return world_.book.was_exposed(login); }

 private:
  /// A login that the engine was asked about.
  struct Waiting {
    policy::GateRuling ruling;  // this machine's
    Trace login;
    policy::TimePoint now;
    cluster::Procedures::Ticket ticket;
  };

  // session::UserTicket::Issuer
  void log_in(const session::UserTicket::Keys& keys) noexcept override;
  void give_back(const session::UserTicket::Keys& keys,
                 session::UserTicket::Standing standing) noexcept override;
  // cluster::Procedures::Owner
  void on_up(cluster::Procedures&) override {}
  void on_down(cluster::Procedures&, const std::string&) override {}
  void on_news(cluster::Procedures&, std::string_view) override {}

  void on_answer(Asker& asker, const cluster::Reply* reply);
  policy::GateRuling judged(const Waiting& waiting, const cluster::Reply* reply);
  policy::GateRuling alone(const Waiting& waiting);
  policy::GateRuling closed(const Waiting& waiting, policy::Gate gate);
  void tell(cluster::Script script, const Trace& login, const policy::Charge& charge,
            cluster::Words more, cluster::Procedures::Done done);
  void on_wrong(const Trace& login, const cluster::Reply& reply);
  void share(const policy::Ban& ban);
  void owe(const Trace& login) noexcept;

  World world_;
  std::shared_ptr<const cluster::ClusterPlan> plan_;
  conf::Limits limits_;
  std::unordered_map<Asker*, Waiting> waiting_;
  cluster::Procedures procedures_;
};

}  // namespace postern::server
