// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/dialogue.hpp"

#include <utility>
#include <variant>

#include "proxy/pop3/overloaded.hpp"
#include "proxy/pop3/trace_talk.hpp"

namespace postern::pop3 {

Dialogue::Dialogue(const ClientTerms& terms, const BackendTerms* backend, Shell& shell,
                   Spare& spare, const policy::Facts& client)
    : terms_(&terms), backend_terms_(backend), outlet_(shell, spare), client_(client) {}

// The one place where phases change: what belongs to the one before does not outlive it. At the
// end all stays, for we may be inside a call of it, and the log wants to know where that was.
void Dialogue::enter(Phase phase) noexcept {
  ended_in_ = std::exchange(phase_, phase);
  switch (phase) {
    case Phase::kTransaction:
      replies_.reset();
      [[fallthrough]];
    case Phase::kHandshake:
      conversation_.reset();
      client_lines_.reset();
      return;
    case Phase::kAuthorization:
    case Phase::kClosed:
      return;
  }
}

// Nothing that was learned before STLS survives it (RFC 2595 section 4): names, counts, lines.
void Dialogue::open(policy::Link link, policy::ClientCert cert) {
  if (closed()) return;
  client_.link = link;
  client_.cert = cert;
  const auto opening = std::exchange(greeted_, true) ? Conversation::Opening::kSilent
                                                     : Conversation::Opening::kGreet;
  outlet_.unblock_downstream();
  client_lines_ = std::make_unique<ClientLines>(record_.habits);
  conversation_ = std::make_unique<Conversation>(*terms_, backend_terms_, outlet_.shell(), client_,
                                                 *early_upstream_, record_.habits, opening);
  enter(Phase::kAuthorization);
  converse(Opened{});
  if (draining_) converse(DrainRequested{});
  outlet_.flush();
}

bool Dialogue::wants_client() const noexcept {
  const bool blocked = conversing() ? outlet_.downstream_blocked() : outlet_.upstream_blocked();
  return !closed() && early_.empty() && !blocked;
}

std::string_view Dialogue::phase() const noexcept {
  switch (closed() ? ended_in_ : phase_) {
    case Phase::kAuthorization:
      return name_of(conversation_->authorization().state());
    case Phase::kTransaction:
      return "relaying";
    case Phase::kHandshake:
    case Phase::kClosed:
      return "handshake";
  }
  std::unreachable();
}

void Dialogue::on_client(std::string_view bytes) {
  if (closed() || bytes.empty()) return;
  if (phase_ == Phase::kHandshake) return close(CloseReason::kStlsInjection);
  if (early_.empty()) feed(bytes);
  if (!closed()) early_.add(bytes);
  outlet_.flush();
}

void Dialogue::feed(std::string_view& bytes) {
  if (conversing()) feed_conversation(bytes);
  if (!in_transaction()) return;
  link_->on_client(bytes, outlet_);
  end_if_finished();
}

void Dialogue::feed_conversation(std::string_view& bytes) {
  while (conversing() && conversation_->authorization().wants_line() &&
         !outlet_.downstream_blocked()) {
    Line line;
    if (!client_lines_->next(bytes, *conversation_, line)) return;
    converse(LineReceived{line}, bytes.empty() ? Behind::kNothing : Behind::kBytes);
    outlet_.flush_what_is_much();
  }
}

void Dialogue::converse(const Event& event, Behind behind) {
  Actions actions;
  const auto before = conversation_->authorization().state();
  conversation_->on(event, actions);
  record_.note(*conversation_);
  if (outlet_.traced()) trace(event, before, outlet_.shell());
  if (conversation_->authorization().state() != before) outlet_.shell().entered(phase());
  for (Action& action : actions) {
    if (outlet_.traced()) trace(action, outlet_.shell());
    execute(action, behind);
    if (!conversing()) return;  // the actions after this one do not apply any more
  }
}

void Dialogue::execute(Action& action, Behind behind) {
  std::visit(
      Overloaded{
          [&](const SendDownstream& one) { outlet_.downstream().append(one.bytes); },
          [&](const StartTlsDownstream&) { start_tls(behind); },
          [&](const RememberExposed& one) { outlet_.shell().remember_exposed(one.login()); },
          [&](const AdmitLogin&) { outlet_.shell().admit(conversation_->login().request()); },
          [&](const LoginJudged& one) { outlet_.shell().judged(one); },
          [&](const ConnectUpstream&) {
            replies_ = std::make_unique<LoginReplies>(conversation_->login().backend()->line_ends);
            outlet_.shell().connect_upstream();
          },
          [&](const Introduce&) { outlet_.shell().introduce(); },
          // Once a login; a backend whose window is full at its first line is met by the deadline.
          [&](const SendUpstream& one) { outlet_.shell().send_upstream(one.bytes.reveal()); },
          [&](const CloseUpstream&) { close_upstream(); },
          [&](const StartRelay&) { start_relay(); },
          [&](const SetDeadline& one) { outlet_.shell().set_deadline(one.deadline); },
          [&](const Report& one) {
            record_.secret_exposed |= one.notice == Notice::kSecretExposed;
            outlet_.shell().report(one);
          },
          [&](const Close& one) { close(one.reason); },
      },
      action);
}

void Dialogue::start_tls(Behind behind) {
  if (behind == Behind::kBytes) {
    // Not even the +OK goes out: whoever wrote after STLS is not a client that speaks TLS.
    outlet_.downstream().clear();
    return close(CloseReason::kStlsInjection);
  }
  outlet_.flush();
  enter(Phase::kHandshake);
  outlet_.shell().start_tls();
}

// The conversation dies here, and the secrets with it.
void Dialogue::start_relay() {
  outlet_.flush();
  link_ = std::make_unique<RelayLink>(*terms_, *conversation_->login().backend(), client_,
                                      replies_->line_ends(), record_.habits, outlet_);
  enter(Phase::kTransaction);
  early_upstream_.reset();
  outlet_.shell().relay_started();
}

void Dialogue::on_admitted(const LoginAdmitted& login) {
  if (!conversing()) return;
  converse(login);
  resume();
}

void Dialogue::on_upstream_connected() {
  if (!conversing()) return;
  converse(UpstreamConnected{});
  outlet_.flush();
}

void Dialogue::on_backend(std::string_view bytes) {
  if (conversing()) {
    judge_backend(bytes);
  } else if (in_transaction()) {
    relay_backend(bytes);
  } else if (!closed()) {
    drop_early_upstream();  // nothing was asked in the middle of a handshake
  }
  resume();
}

void Dialogue::relay_backend(std::string_view bytes) {
  link_->on_backend(bytes, outlet_);
  if (link_->take_capabilities_changed()) {
    outlet_.shell().report(
        {Notice::kCapabilitiesChanged, mechanism().value_or(policy::Mechanism::kUser), {}});
  }
  end_if_finished();
}

void Dialogue::judge_backend(std::string_view bytes) {
  while (replies_ && conversing()) {
    const LoginSequence& login = conversation_->login();
    Line line;
    const auto found = replies_->next(bytes, login.backend_line_bound(), line);
    if (found == LoginReplies::Found::kNothing) return;
    // One reply a command: whatever came along with it was sent before it was asked for.
    const bool in_turn =
        found == LoginReplies::Found::kLine && (bytes.empty() || login.expects_more_behind(line));
    converse(in_turn ? Event(UpstreamLineReceived{line})
                     : Event(UpstreamLost{UpstreamLoss::kProtocol}));
    if (!in_turn || bytes.empty()) return;
  }
}

// A connection that was made for APOP's timestamp, while nobody has logged in over it.
void Dialogue::drop_early_upstream() {
  if (std::exchange(*early_upstream_, {}).ready) close_upstream();
}

void Dialogue::on_upstream_lost(UpstreamLoss loss) {
  if (closed()) return;
  if (in_transaction()) return close(link_->on_backend_end(outlet_));
  if (!conversing()) return drop_early_upstream();
  converse(UpstreamLost{loss});
  resume();
}

void Dialogue::on_expired(Deadline deadline) {
  if (!conversing()) return;
  converse(Expired{deadline});
  resume();
}

void Dialogue::drain() {
  draining_ = true;
  if (conversing()) converse(DrainRequested{});
}

void Dialogue::kill() {
  const bool owed = conversing() && conversation_->authorization().owes_outcome();
  if (owed) outlet_.downstream().append(text_of(Answer::kShuttingDown));
  close(owed ? CloseReason::kShuttingDown : CloseReason::kKilled);
}

// One that only finished its direction still gets its answers; one that has gone still gets its
// QUIT carried out. An end by itself is no QUIT: the backend sees a bare close.
void Dialogue::on_client_end(ClientEnd end) {
  if (closed()) return;
  if (end == ClientEnd::kReset) {
    client_end_ = Client::kGone;
    outlet_.lose_client();
    if (conversing()) converse(ClientLost{});
  } else if (client_end_ == Client::kThere) {
    client_end_ = Client::kFinished;
  }
  resume();
}

bool Dialogue::owes_client() const noexcept {
  const bool gone = client_end_ == Client::kGone;
  switch (phase_) {
    case Phase::kAuthorization:
      // A guess is not forgotten because nobody waits for the answer.
      if (gone) return conversation_->login().is_being_judged();
      return !conversation_->authorization().wants_line() || !early_.empty();
    case Phase::kTransaction:
      return !early_.empty() || (gone ? link_->relay().quit_sent() : link_->relay().owes_client());
    case Phase::kHandshake:
    case Phase::kClosed:
      return false;
  }
  std::unreachable();
}

CloseReason Dialogue::reason_if_client_leaves() const noexcept {
  if (conversing()) return conversation_->authorization().reason_if_client_leaves();
  return client_end_ == Client::kGone ? CloseReason::kClientReset : CloseReason::kClientClosed;
}

// Something moved: take what came early, and say what had to wait.
void Dialogue::resume() {
  if (in_transaction()) {
    link_->answer(outlet_);
    end_if_finished();
  }
  if (closed()) return;
  if (!early_.empty()) {
    std::string_view bytes = early_.front();
    feed(bytes);
    early_.keep(bytes.size());
  }
  outlet_.flush();
  if (client_end_ != Client::kThere && !owes_client()) close(reason_if_client_leaves());
}

void Dialogue::end_if_finished() {
  if (const auto reason = link_->relay().finished()) close(*reason);
}

// Commands that were not sent yet are not sent any more.
void Dialogue::close(CloseReason reason) {
  if (closed()) return;
  enter(Phase::kClosed);
  outlet_.upstream().clear();
  outlet_.flush();
  outlet_.shell().close(reason);
}

}  // namespace postern::pop3
