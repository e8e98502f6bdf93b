// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/session.hpp"

#include <utility>

#include "conf/links.hpp"
#include "proxy/session/client_facts.hpp"
#include "proxy/session/table.hpp"

namespace postern::session {

using pop3::CloseReason;

Session::Session(const Environment& environment, std::shared_ptr<const Snapshot> snapshot,
                 const ListenerPlan& plan, const net::Address& peer, const net::Address& local,
                 std::unique_ptr<const net::Address> balancer, const conf::Lanes* lanes)
    : environment_(environment),
      snapshot_(std::move(snapshot)),
      plan_(&plan),
      lanes_(lanes),
      tally_(environment.tallies, {environment.loop, downstream_, dialogue_, *snapshot_->clients},
             plan.name),
      journal_(environment.log, tally_,
               {environment.table.next_id(), plan.name, peer, local, std::move(balancer)}),
      logins_(std::make_unique<LoginDesk>(environment.logins, peer.host(), *snapshot_, plan,
                                          journal_, [this] { catch_up(); })),
      deadlines_(environment.loop, snapshot_->timeouts, [this] { on_due(deadlines_.awaited()); }),
      downstream_(environment.loop, environment.buffers, *this, transport::Buffers::kClientRead),
      backend_(environment, {journal_, dialogue_, downstream_}, *this),
      dialogue_(plan.terms, logins_->anybodys(), *this, environment.spare,
                facts_of_session(peer.host())) {
  downstream_.wire().share(environment.tallies.wire());
}

Session::~Session() = default;

void Session::start(net::Descriptor connection) {
  if (downstream_.adopt(std::move(connection)) != 0) return environment_.table.retire(*this);
  if (environment_.traces.open()) trace(TraceFact::arrived(journal_.visit()));
  if (plan_->tls == conf::ListenerTls::kImplicit) {
    secure();
  } else {
    dialogue_.open(policy::Link::kPlaintext);
  }
  catch_up();
}

void Session::drain() {
  dialogue_.drain();
  catch_up();
}

void Session::kill() {
  dialogue_.kill();
  if (farewell_) farewell_->cut_short();
  environment_.table.retire(*this);
}

void Session::kick() {
  if (closing()) return;
  if (dialogue_.relaying() && dialogue_.backend_owes() != pop3::Owed::kNothing) {
    return close(CloseReason::kKickedInReply);
  }
  if (state() != State::kHandshake) downstream_.send(pop3::text_of(pop3::Answer::kKicked));
  close(CloseReason::kKicked);
}

State Session::state() const noexcept {
  if (closing()) return State::kClosing;
  if (dialogue_.relaying()) return State::kTransaction;
  if (!dialogue_.conversing()) return State::kHandshake;
  return dialogue_.logging_in() ? State::kLogin : State::kAuthorization;
}

// Before the relay begins they may hold a password, whether anybody listens still or not.
void Session::on_plaintext(Transport&, std::span<char> bytes) {
  const bool may_hold_secrets = !dialogue_.relaying();
  if (!closing()) dialogue_.on_client({bytes.data(), bytes.size()});
  if (may_hold_secrets) pop3::wipe(bytes.data(), bytes.size());
  catch_up();
}

void Session::on_secured(Transport&) {
  if (closing()) return;
  const tls::Agreement agreed = downstream_.agreement();
  enter_lane(agreed);
  tally_.secured(agreed);
  if (environment_.traces.open()) trace(TraceFact::secured(agreed));
  const bool named = agreed.client && !agreed.client->user.empty();
  dialogue_.open(conf::link_of(downstream_.tls_version()),
                 named ? policy::ClientCert::kNamesUser : policy::ClientCert::kNone);
  catch_up();
}

std::string Session::certified_user() const {
  const auto client = downstream_.agreement().client;
  return client ? client->user : std::string();
}

void Session::on_end(Transport&, TransportEnd end) {
  if (closing()) return farewell_->on_end(end);
  on_client_end(end);
  catch_up();
}

void Session::on_client_end(TransportEnd end) {
  const bool handshaking = downstream_.is_tls() && !downstream_.secured();
  if (handshaking) {
    if (downstream_.opening().foreign() && plan_->tls != conf::ListenerTls::kImplicit)
      return close(CloseReason::kStlsInjection);
    // A scanner or a health check that says nothing is no failure of TLS.
    if (downstream_.bytes_in() == 0) return close(CloseReason::kNoAuthAttempts);
    const bool left = end != TransportEnd::kTlsFailed && !downstream_.opening().foreign();
    return close(left ? CloseReason::kHandshakeUnfinished : CloseReason::kHandshakeFailed);
  }
  const bool clean = end == TransportEnd::kFinished || end == TransportEnd::kTruncated;
  dialogue_.on_client_end(clean ? pop3::ClientEnd::kFinished : pop3::ClientEnd::kReset);
  // The backend is still judging what it left behind; its socket is of no more use.
  if (!clean && !closing() && !dialogue_.relaying()) downstream_.close();
}

void Session::on_drained(Transport&) {
  if (closing()) return farewell_->on_drained();
  dialogue_.unblock_downstream();
  catch_up();
}

// What is done after every event: tell the dialogue what it could not be told while it was
// speaking, which is about logins and so never happens in the relay, and read only where somebody
// takes the bytes.
void Session::catch_up() {
  while (!closing() && !deadlines_.relaying() && tell_dialogue()) {
  }
  if (closing()) return;
  if (deadlines_.relaying()) {
    note_progress();
  } else {
    tally_.enter(state());
  }
  downstream_.set_reading(dialogue_.wants_client());
  backend_.set_reading(dialogue_.wants_backend() && !downstream_.pending());
}

// Returns whether there was something to tell.
bool Session::tell_dialogue() {
  if (const auto answer = logins_->take_answer()) {
    if (environment_.traces.open()) trace(TraceFact::admitted(answer->admission));
    dialogue_.on_admitted(*answer);
  } else if (std::exchange(penalty_served_, false)) {
    dialogue_.on_expired(pop3::Deadline::kPenalty);
  } else {
    return false;
  }
  return true;
}

pop3::Sink Session::send_downstream(std::string_view bytes) {
  downstream_.send(bytes);
  return downstream_.pending() ? pop3::Sink::kFull : pop3::Sink::kOpen;
}

void Session::start_tls() {
  journal_.stls_begun();
  tally_.begin_stls();
  secure();
}

void Session::secure() {
  tls::Lanes lanes;
  if (lanes_ == nullptr) {
    lanes.all.push_back(lane_of(*plan_));
  } else {
    lanes.names = &lanes_->names;
    lanes.all.reserve(lanes_->listeners.size());
    for (const std::size_t one : lanes_->listeners) {
      lanes.all.push_back(lane_of(snapshot_->listeners[one]));
    }
  }
  downstream_.accept_tls(std::move(lanes));
  journal_.entered(dialogue_.phase());
  tally_.begin_handshake();
  deadlines_.await(Deadlines::Due::kHandshake);
}

// Some networks may use older versions of TLS than others, and the ciphers that those need.
tls::Lane Session::lane_of(const ListenerPlan& plan) const {
  const policy::Facts client = facts_about(journal_.visit().peer.host());
  return {.context = plan.context->current(),
          .floor = conf::version_of(plan.terms.rules.floor_for(client.peer, client.now))};
}

// The name that the client has asked for has led to another listener: from here on its terms hold,
// and nothing that the first one's brought about.
void Session::enter_lane(const tls::Agreement& agreed) {
  if (lanes_ == nullptr || !agreed.lane) return;
  const ListenerPlan& plan =
      snapshot_->listeners[std::exchange(lanes_, nullptr)->listeners[*agreed.lane]];
  if (plan_ == &plan) return;
  plan_ = &plan;
  journal_.led_to(plan.name);
  tally_.move_to(plan.name);
  logins_ = std::make_unique<LoginDesk>(environment_.logins, journal_.visit().peer.host(),
                                        *snapshot_, plan, journal_, [this] { catch_up(); });
  dialogue_.change_terms(plan.terms, logins_->anybodys());
}

void Session::connect_upstream() {
  backend_.reach(logins_->backend(), logins_->route(), snapshot_->timeouts);
}

// The answer is told by catch_up(), when the dialogue has returned.
void Session::admit(const pop3::Login& login) {
  tally_.allowed_by(login.rule);
  if (environment_.traces.open()) trace(TraceFact::allowed(login));
  logins_->ask(login, dialogue_.mechanism().value_or(policy::Mechanism::kUser));
}

void Session::report(const pop3::Report& report) {
  if (environment_.traces.open()) trace(TraceFact::reported(report));
  if (report.notice == pop3::Notice::kIntroductionRefused) {
    return backend_.introduction_refused(report);
  }
  journal_.reported(report);
}

void Session::relay_started() {
  downstream_.expect_no_more_secrets();
  journal_.logged_in();
  tally_.enter(State::kTransaction);
  deadlines_.begin_relay();
  place_ = logins_->take_place();
  logins_.reset();
}

void Session::close(CloseReason reason) {
  if (closing()) return;
  if (lanes_ != nullptr) enter_lane(downstream_.agreement());
  journal_.entered("closing");
  deadlines_.stop();
  farewell_ = std::make_unique<Farewell>(environment_.loop, downstream_, patience(),
                                         [this] { environment_.table.retire(*this); });
  if (environment_.traces.open()) trace(TraceFact::closed(reason, downstream_));
  farewell_->say(reason);
  tally_.enter(State::kClosing);
  journal_.closed(reason);
  backend_.close();
}

// Whoever never logged in is owed a line at most.
Farewell::Patience Session::patience() const noexcept {
  if (!dialogue_.relaying()) return {};
  return {.stall = snapshot_->timeouts.stall};
}

}  // namespace postern::session
