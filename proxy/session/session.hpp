// SPDX-License-Identifier: Apache-2.0
// One accepted client and all that serves it: the shell that carries events from two connections to
// the dialogue, does what it asks for, and keeps the deadlines.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "proxy/pop3/dialogue.hpp"
#include "proxy/session/backend_side.hpp"
#include "proxy/session/deadlines.hpp"
#include "proxy/session/environment.hpp"
#include "proxy/session/farewell.hpp"
#include "proxy/session/journal.hpp"
#include "proxy/session/login_desk.hpp"
#include "proxy/session/session_state.hpp"
#include "proxy/session/session_tally.hpp"
#include "proxy/session/snapshot.hpp"
#include "proxy/session/ticket.hpp"
#include "proxy/transport/transport.hpp"
#include "tls/lane.hpp"

namespace postern::session {

class Session final : private pop3::Shell, private Transport::Owner, private BackendSide::Owner {
 public:
  /// `plan` belongs to `snapshot`, which the session keeps. `balancer` has told both addresses.
  /// `lanes`, of the snapshot too, are there where the name that the client asks for may lead to
  /// another plan.
  Session(const Environment& environment, std::shared_ptr<const Snapshot> snapshot,
          const ListenerPlan& plan, const net::Address& peer, const net::Address& local,
          std::unique_ptr<const net::Address> balancer = nullptr,
          const conf::Lanes* lanes = nullptr);
  ~Session() override;

  /// Takes the connection and begins to serve it.
  void start(net::Descriptor connection);
  /// Keeps its place among those that are counted, until the end.
  void hold(Ticket ticket) noexcept { ticket_ = std::move(ticket); }

  void drain();
  void kill();
  /// An administrator ends it. The client is told, and to try again later, unless it would take
  /// that for a part of an answer, which stays visibly cut then.
  void kick();

  State state() const noexcept;

 private:
  friend class Table;
  friend class Glance;

  // pop3::Shell
  pop3::Sink send_downstream(std::string_view bytes) override;
  pop3::Sink send_upstream(std::string_view bytes) override { return backend_.send(bytes); }
  void start_tls() override;
  void admit(const pop3::Login& login) override;
  void judged(const pop3::LoginJudged& login) override {
    if (environment_.traces.open()) trace(TraceFact::judged(login));
    logins_->on_judged(login, dialogue_.user());
  }
  void remember_exposed(const pop3::Login& login) override { logins_->remember_exposed(login); }
  void connect_upstream() override;
  void close_upstream() override { backend_.close(); }
  void introduce() override { backend_.introduce(); }
  void relay_started() override;
  void set_deadline(pop3::Deadline deadline) override;
  void report(const pop3::Report& report) override;
  void entered(std::string_view phase) override {
    journal_.entered(phase);
    if (environment_.traces.open()) trace(TraceFact::at_phase(dialogue_));
  }
  void traced(const pop3::TraceLine& line) override { trace(TraceFact::said(line)); }
  void close(pop3::CloseReason reason) override;

  bool is_hopeless(std::string_view user) const override { return logins_->is_hopeless(user); }
  std::string certified_user() const override;

  // Transport::Owner
  void on_plaintext(Transport& transport, std::span<char> bytes) override;
  void on_secured(Transport& transport) override;
  void on_end(Transport& transport, TransportEnd end) override;
  void on_full(Transport&) override { catch_up(); }
  void on_drained(Transport& transport) override;
  void on_connected(Transport&, int) override {}  // it was accepted

  // BackendSide::Owner
  void on_backend_moved() override { catch_up(); }

  void on_client_end(TransportEnd end);
  void secure();
  tls::Lane lane_of(const ListenerPlan& plan) const;
  void enter_lane(const tls::Agreement& agreed);
  bool tell_dialogue();
  void catch_up();
  void on_due(Deadlines::Due due);
  void trace(const TraceFact& fact) const {
    environment_.traces.write(journal_.visit(), dialogue_.user(), fact);
  }
  void note_progress() noexcept;
  void end_if_overdue();
  Farewell::Patience patience() const noexcept;
  bool closing() const noexcept { return farewell_ != nullptr; }
  bool may_end() { return !closing() || farewell_->is_over(); }

  const Environment& environment_;
  Ticket ticket_;
  UserTicket place_;  // among the sessions of its user, once it is logged in
  std::shared_ptr<const Snapshot> snapshot_;
  const ListenerPlan* plan_;
  const conf::Lanes* lanes_;  // until it is known which it is; null: there is no choice
  SessionTally tally_;
  Journal journal_;
  std::unique_ptr<LoginDesk> logins_;  // until the relay: an open session is to be small
  bool penalty_served_ = false;        // to be told to the dialogue once it has returned
  bool retired_ = false;               // the table's mark
  std::size_t table_position_ = 0;     // the table's mark
  Deadlines deadlines_;
  Transport downstream_;
  BackendSide backend_;
  pop3::Dialogue dialogue_;
  std::unique_ptr<Farewell> farewell_;  // from the end on
};

}  // namespace postern::session
