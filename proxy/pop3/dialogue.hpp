// SPDX-License-Identifier: Apache-2.0
// One client's whole talk, both phases of it, as bytes in and calls on a Shell out. It cuts lines,
// keeps what came too early, guards the STLS barrier, and holds the backend to one reply a command.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/pop3/backlog.hpp"
#include "proxy/pop3/client_lines.hpp"
#include "proxy/pop3/client_record.hpp"
#include "proxy/pop3/conversation.hpp"
#include "proxy/pop3/login_replies.hpp"
#include "proxy/pop3/outlet.hpp"
#include "proxy/pop3/relay_link.hpp"
#include "proxy/pop3/shell.hpp"

namespace postern::pop3 {

enum class ClientEnd { kFinished, kReset };

class Dialogue {
 public:
  /// All but the client must outlive the dialogue. `backend` is where logins go whoever logs in,
  /// null where that depends on it. `client` is who is there, and when.
  Dialogue(const ClientTerms& terms, const BackendTerms* backend, Shell& shell, Spare& spare,
           const policy::Facts& client = {});
  Dialogue(const Dialogue&) = delete;
  Dialogue& operator=(const Dialogue&) = delete;

  /// The link is ready: greets on the first call; after STLS it begins anew, in silence.
  void open(policy::Link link, policy::ClientCert cert = policy::ClientCert::kNone);

  /// Other terms for whoever is there, and another way for logins. Only in a handshake.
  void change_terms(const ClientTerms& terms, const BackendTerms* backend) {
    terms_ = &terms;
    backend_terms_ = backend;
    drop_early_upstream();
  }

  /// Only while the link is ready: bytes after an accepted STLS end the session, unread.
  void on_client(std::string_view bytes);
  void on_client_end(ClientEnd end);
  /// Answers admit(), never from inside it. Without meaning when no login waits for it any more.
  void on_admitted(const LoginAdmitted& login);
  void on_upstream_connected();
  void on_upstream_lost(UpstreamLoss loss);
  void on_backend(std::string_view bytes);
  void on_expired(Deadline deadline);
  /// The backend has owed a reply for too long; ends the session.
  void on_backend_overdue() {
    if (in_transaction()) close(link_->on_backend_overdue(outlet_));
  }

  /// No new login is begun from now on.
  void drain();
  /// The session ends now. Whoever waits for the outcome of a login is told so; nobody else is.
  void kill();

  /// A side that was kFull takes bytes again.
  void unblock_downstream() {
    outlet_.unblock_downstream();
    resume();
  }
  void unblock_upstream() {
    outlet_.unblock_upstream();
    resume();
  }

  /// Whether more bytes of the client, or of the backend, are wanted now. If not, feed none: what
  /// is read all the same has to be kept.
  bool wants_client() const noexcept;
  bool wants_backend() const noexcept { return !closed() && !outlet_.downstream_blocked(); }

  bool conversing() const noexcept { return phase_ == Phase::kAuthorization; }
  /// Whether the client waits for the outcome of a login.
  bool logging_in() const noexcept {
    return conversing() && conversation_->authorization().awaits_outcome();
  }
  bool relaying() const noexcept { return link_ != nullptr; }
  bool closed() const noexcept { return phase_ == Phase::kClosed; }
  Owed backend_owes() const noexcept { return link_ ? link_->relay().owed() : Owed::kNothing; }
  /// Grows with each whole line and each piece of a body that the backend owed after the login.
  std::uint32_t backend_progress() const noexcept { return link_ ? link_->relay().progress() : 0; }
  /// Evidence for the log. The user is outside data.
  const ClientRecord& record() const noexcept { return record_; }
  const std::string& user() const noexcept { return record_.user; }
  std::optional<policy::Mechanism> mechanism() const noexcept { return record_.mechanism; }
  std::uint32_t attempts() const noexcept { return record_.attempts; }
  Stranger stranger() const noexcept { return record_.stranger; }
  bool secret_exposed() const noexcept { return record_.secret_exposed; }
  /// Before the login, and after it.
  std::uint32_t bad_commands() const noexcept {
    return record_.bad_commands + (link_ ? link_->relay().bad_commands() : 0);
  }
  RelayCounts counts() const noexcept { return link_ ? link_->relay().counts() : RelayCounts(); }
  /// The phase, for the log: "authorization", "relaying", …
  std::string_view phase() const noexcept;

 private:
  enum class Phase : std::uint8_t {
    kHandshake,      // until open(), and again after STLS
    kAuthorization,  // conversation_ talks to the client
    kTransaction,    // link_ stands between the two
    kClosed,         // whatever was there is kept for the log
  };
  enum class Client : std::uint8_t { kThere, kFinished, kGone };
  enum class Behind : std::uint8_t { kNothing, kBytes };  // a line of the client, in one read

  void enter(Phase phase) noexcept;
  bool in_transaction() const noexcept { return phase_ == Phase::kTransaction; }
  void feed(std::string_view& bytes);
  void feed_conversation(std::string_view& bytes);
  void converse(const Event& event, Behind behind = Behind::kNothing);
  void execute(Action& action, Behind behind);
  void start_tls(Behind behind);
  void close_upstream() {
    replies_.reset();
    outlet_.shell().close_upstream();
  }
  void start_relay();
  void relay_backend(std::string_view bytes);
  void judge_backend(std::string_view bytes);
  void drop_early_upstream();
  void end_if_finished();
  void resume();
  bool owes_client() const noexcept;
  CloseReason reason_if_client_leaves() const noexcept;
  void close(CloseReason reason);

  const ClientTerms* terms_;
  const BackendTerms* backend_terms_;  // of whoever logs in; or null
  Outlet outlet_;
  policy::Facts client_;
  Phase phase_ = Phase::kHandshake;
  Phase ended_in_ = Phase::kHandshake;
  Client client_end_ = Client::kThere;
  bool greeted_ = false;
  bool draining_ = false;
  ClientRecord record_;
  Backlog early_;                                                     // of the client
  std::unique_ptr<EarlyUpstream> early_upstream_{new EarlyUpstream};  // until the relay starts
  std::unique_ptr<Conversation> conversation_;  // likewise, except in a handshake,
  std::unique_ptr<ClientLines> client_lines_;   // and what it hears
  std::unique_ptr<LoginReplies> replies_;       // while there is a backend and no relay
  std::unique_ptr<RelayLink> link_;             // from the login on
};

}  // namespace postern::pop3
