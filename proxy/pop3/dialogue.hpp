// One client's whole talk, both phases of it, as bytes in and calls on a Shell out. It cuts lines,
// keeps what came too early, guards the STLS barrier, and holds the backend to one reply a command.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/pop3/backlog.hpp"
#include "proxy/pop3/conversation.hpp"
#include "proxy/pop3/relay.hpp"
#include "proxy/pop3/shell.hpp"

namespace postern::pop3 {

/// Room for bytes that have to be put together before they are sent. Lent by the worker and shared
/// by all its dialogues; empty between calls.
struct Spare {
  std::string downstream;
  std::string upstream;
};

enum class ClientEnd { kFinished, kReset };

class Dialogue {
 public:
  /// The first four must outlive the dialogue. `client` is who is there, and when.
  Dialogue(const ClientTerms& terms, const BackendTerms& backend, Shell& shell, Spare& spare,
           const policy::Facts& client = {});
  ~Dialogue();
  Dialogue(const Dialogue&) = delete;
  Dialogue& operator=(const Dialogue&) = delete;

  /// The link is ready: greets on the first call; after STLS it begins anew, in silence.
  void open(policy::Link link);

  /// Only while the link is ready: bytes behind an accepted STLS end the session, unread.
  void on_client(std::string_view bytes);
  void on_client_end(ClientEnd end);
  /// Answers admit(), never from inside it. Without meaning when no login waits for it any more.
  void on_admitted(const LoginAdmitted& login);
  void on_upstream_connected();
  void on_upstream_lost(UpstreamLoss loss);
  void on_backend(std::string_view bytes);
  void on_expired(Deadline deadline);
  /// The backend has owed a reply for too long; ends the session.
  void on_backend_overdue();

  /// No new login is begun from now on.
  void drain();

  /// The session ends now. Whoever waits for the outcome of a login is told so; nobody else is.
  void kill();

  /// A side that was kFull takes bytes again.
  void unblock_downstream();
  void unblock_upstream();

  /// Whether more bytes of the client, or of the backend, are wanted now. If not, feed none: what
  /// is read all the same has to be kept.
  bool wants_client() const noexcept;
  bool wants_backend() const noexcept { return !closed_ && !downstream_blocked_; }

  bool relaying() const noexcept { return relay_ != nullptr; }
  bool closed() const noexcept { return closed_; }
  /// Whether the backend owes something: an answer to a command.
  bool awaits_backend() const noexcept { return relay_ && relay_->awaits_backend(); }
  Owed backend_owes() const noexcept { return relay_ ? relay_->owed() : Owed::kNothing; }
  /// Grows with each command of the client that was taken after the login.
  std::uint32_t commands() const noexcept { return relay_ ? relay_->counts().commands : 0; }
  /// Grows with each whole line and each piece of a body that the backend owed after the login.
  std::uint32_t backend_progress() const noexcept { return relay_ ? relay_->progress() : 0; }
  /// Evidence for the log. The user is outside data.
  const std::string& user() const noexcept { return user_; }
  std::optional<policy::Mechanism> mechanism() const noexcept { return mechanism_; }
  std::uint32_t attempts() const noexcept { return attempts_; }
  Stranger stranger() const noexcept { return stranger_; }
  bool secret_exposed() const noexcept { return secret_exposed_; }
  RelayCounts counts() const noexcept { return relay_ ? relay_->counts() : RelayCounts(); }
  /// The phase, for the log: "authorization", "relaying", …
  std::string_view phase() const noexcept;

 private:
  void feed(std::string_view& bytes);
  void feed_conversation(std::string_view& bytes);
  void feed_relay(std::string_view& bytes);
  void converse(const Event& event, bool more_behind);
  bool execute(Action& action, bool more_behind);
  void judge_backend(std::string_view bytes);
  void learn_line_ends(Line& line) noexcept;
  void drop_early_upstream();
  void start_tls();
  void start_relay();
  void settle(Gather& downstream);
  void send_downstream(std::string_view bytes);
  void answer();
  void resume();
  void flush();
  bool owes_client() const noexcept;
  CloseReason reason_if_client_leaves() const noexcept;
  void close(CloseReason reason);

  const ClientTerms& terms_;
  const BackendTerms& backend_terms_;
  Shell& shell_;
  Spare& spare_;
  policy::Facts client_;
  EarlyUpstream early_upstream_;
  bool greeted_ = false;
  bool draining_ = false;
  bool closed_ = false;
  bool client_gone_ = false;  // what goes downstream is thrown away
  bool client_finished_ = false;
  bool downstream_blocked_ = false;  // own answers wait
  bool upstream_blocked_ = false;    // commands wait
  bool secret_exposed_ = false;
  LineEnds line_ends_ = LineEnds::kAuto;  // the backend's; kAuto: it has not greeted
  Stranger stranger_ = Stranger::kNone;
  std::uint32_t attempts_ = 0;
  std::optional<policy::Mechanism> mechanism_;
  std::string user_;
  Backlog early_;
  std::unique_ptr<Conversation> conversation_;
  std::unique_ptr<LineSplitter> client_lines_;   // until the relay starts
  std::unique_ptr<LineSplitter> backend_lines_;  // while the backend decides on a login
  std::unique_ptr<Relay> relay_;
};

}  // namespace postern::pop3
