#include "proxy/pop3/dialogue.hpp"

#include <array>
#include <utility>

#include "proxy/pop3/reply_line.hpp"

namespace postern::pop3 {
namespace {

// A client that asks much and reads nothing must not grow our memory.
constexpr std::size_t kReplyBatch = 8192;

constexpr std::size_t kVerbAndBlank = 5;  // what tells how long a line may be

// How the next line begins, of which some bytes may have come earlier.
class Head {
 public:
  Head(std::string_view partial, std::string_view bytes) noexcept
      : size_(partial.copy(text_.data(), text_.size())) {
    size_ += bytes.copy(text_.data() + size_, text_.size() - size_);
  }
  std::string_view text() const noexcept { return {text_.data(), size_}; }

 private:
  std::array<char, kVerbAndBlank> text_{};
  std::size_t size_;  // behind text_, which it fills
};

}  // namespace

Dialogue::Dialogue(const ClientTerms& terms, const BackendTerms& backend, Shell& shell,
                   Spare& spare, const policy::Facts& client)
    : terms_(terms), backend_terms_(backend), shell_(shell), spare_(spare), client_(client) {}

Dialogue::~Dialogue() = default;

// Nothing that was learned before STLS survives it (RFC 2595 section 4): a new conversation, with
// names and counts of its own, and a new splitter.
void Dialogue::open(policy::Link link) {
  client_.link = link;
  const auto opening = std::exchange(greeted_, true) ? Conversation::Opening::kSilent
                                                     : Conversation::Opening::kGreet;
  downstream_blocked_ = false;
  client_lines_ = std::make_unique<LineSplitter>(LongLine::kAtOnce, BareLf::kTaken);
  conversation_ =
      std::make_unique<Conversation>(terms_, backend_terms_, client_, early_upstream_, opening);
  converse(Opened{}, false);
  if (draining_) converse(DrainRequested{}, false);
  flush();
}

bool Dialogue::wants_client() const noexcept {
  const bool blocked = conversation_ ? downstream_blocked_ : upstream_blocked_;
  return !closed_ && early_.empty() && !blocked;
}

std::string_view Dialogue::phase() const noexcept {
  if (relay_) return "relaying";
  return conversation_ ? name_of(conversation_->state()) : "handshake";
}

void Dialogue::on_client(std::string_view bytes) {
  if (closed_ || bytes.empty()) return;
  if (!conversation_ && !relay_) return close(CloseReason::kStlsInjection);
  if (early_.empty()) feed(bytes);
  if (!closed_) early_.add(bytes);
  flush();
}

// Takes what can be taken now.
void Dialogue::feed(std::string_view& bytes) {
  if (conversation_) feed_conversation(bytes);
  if (relay_) feed_relay(bytes);
}

void Dialogue::feed_conversation(std::string_view& bytes) {
  while (!closed_ && conversation_ && conversation_->wants_line() && !downstream_blocked_) {
    const Head head(client_lines_->partial(), bytes);
    Line line;
    if (conversation_->forbids(head.text())) {
      line = {LineForm::kMalformed, head.text()};
      bytes = {};
    } else if (!client_lines_->next(bytes, conversation_->line_bound(head.text()), line)) {
      return;
    }
    converse(LineReceived{line}, !bytes.empty());
    if (spare_.downstream.size() >= kReplyBatch) flush();
  }
}

void Dialogue::feed_relay(std::string_view& bytes) {
  while (!closed_ && !upstream_blocked_ && !bytes.empty() && relay_->takes_input()) {
    relay_->on_client(bytes, spare_.upstream);
    answer();
  }
}

// `more_behind`: bytes of the client lie behind the line that is being dealt with.
void Dialogue::converse(const Event& event, bool more_behind) {
  Actions actions;
  const Conversation::State before = conversation_->state();
  conversation_->on(event, actions);
  user_ = conversation_->user();
  mechanism_ = conversation_->mechanism();
  attempts_ = conversation_->attempts();
  stranger_ = conversation_->stranger();
  if (conversation_->state() != before) shell_.entered(phase());
  for (Action& action : actions) {
    if (!execute(action, more_behind)) return;
  }
}

// Returns whether the actions behind this one still apply.
bool Dialogue::execute(Action& action, bool more_behind) {
  if (auto* send = std::get_if<SendDownstream>(&action)) {
    spare_.downstream.append(send->bytes);
  } else if (auto* secret = std::get_if<SendUpstream>(&action)) {
    // Once a login; a backend whose window is full at its first line is met by the deadline.
    shell_.send_upstream(secret->bytes.reveal());
  } else if (std::holds_alternative<StartTlsDownstream>(action)) {
    if (more_behind) {
      // Not even the +OK goes out: whoever wrote behind STLS is not a client that speaks TLS.
      spare_.downstream.clear();
      close(CloseReason::kStlsInjection);
      return false;
    }
    start_tls();
    return false;
  } else if (auto* exposed = std::get_if<RememberExposed>(&action)) {
    shell_.remember_exposed({exposed->credential.user, exposed->credential.password.reveal()});
  } else if (std::holds_alternative<AdmitLogin>(action)) {
    shell_.admit(conversation_->login());
  } else if (const auto* judged = std::get_if<LoginJudged>(&action)) {
    shell_.judged(*judged);
  } else if (std::holds_alternative<ConnectUpstream>(action)) {
    line_ends_ = backend_terms_.line_ends;
    backend_lines_ = std::make_unique<LineSplitter>(LongLine::kAtItsEnd);
    shell_.connect_upstream();
  } else if (std::holds_alternative<CloseUpstream>(action)) {
    backend_lines_.reset();
    shell_.close_upstream();
  } else if (auto* deadline = std::get_if<SetDeadline>(&action)) {
    shell_.set_deadline(deadline->deadline);
  } else if (auto* report = std::get_if<Report>(&action)) {
    secret_exposed_ |= report->notice == Notice::kSecretExposed;
    shell_.report(*report);
  } else if (std::holds_alternative<StartRelay>(action)) {
    start_relay();
    return false;
  } else if (auto* end = std::get_if<Close>(&action)) {
    close(end->reason);
    return false;
  }
  return true;
}

void Dialogue::start_tls() {
  flush();
  conversation_.reset();
  client_lines_.reset();
  shell_.start_tls();
}

// The conversation dies here, and the secrets with it.
void Dialogue::start_relay() {
  flush();
  conversation_.reset();
  client_lines_.reset();
  backend_lines_.reset();
  relay_ = std::make_unique<Relay>(terms_, backend_terms_, client_, line_ends_);
  shell_.relay_started();
}

void Dialogue::on_admitted(const LoginAdmitted& login) {
  if (!conversation_ || closed_) return;
  converse(login, false);
  resume();
}

void Dialogue::on_upstream_connected() {
  if (!conversation_ || closed_) return;
  converse(UpstreamConnected{}, false);
  flush();
}

void Dialogue::on_backend(std::string_view bytes) {
  if (closed_) return;
  if (relay_) {
    Gather downstream(spare_.downstream);
    relay_->on_backend(bytes, downstream);
    if (relay_->take_capabilities_changed()) {
      shell_.report(
          {Notice::kCapabilitiesChanged, mechanism_.value_or(policy::Mechanism::kUser), {}});
    }
    settle(downstream);
  } else if (backend_lines_ && conversation_) {
    judge_backend(bytes);
  } else if (backend_lines_) {
    drop_early_upstream();  // nothing was asked in the middle of a handshake
  }
  resume();
}

// A server that ends its greeting with LF alone ends all its lines so. It is never learned from a
// body, whose bytes are a stranger's.
void Dialogue::learn_line_ends(Line& line) noexcept {
  const bool bare = line.form == LineForm::kBareLf;
  if (line_ends_ == LineEnds::kAuto) line_ends_ = bare ? LineEnds::kLf : LineEnds::kCrLf;
  if (bare && line_ends_ == LineEnds::kLf) line.form = LineForm::kGood;
}

void Dialogue::judge_backend(std::string_view bytes) {
  while (backend_lines_ && conversation_) {
    Line line;
    const bool whole = backend_lines_->next(bytes, conversation_->backend_line_bound(), line);
    if (!whole && backend_lines_->swallowed() <= kEndlessLine) return;
    if (whole) learn_line_ends(line);
    // One reply a command: whatever came along with it was sent before it was asked for.
    const bool in_turn = whole && (bytes.empty() || conversation_->expects_more_behind(line));
    converse(
        in_turn ? Event(UpstreamLineReceived{line}) : Event(UpstreamLost{UpstreamLoss::kProtocol}),
        false);
    if (!in_turn || bytes.empty()) return;
  }
}

// A connection that was made for APOP's timestamp, while nobody has logged in over it.
void Dialogue::drop_early_upstream() {
  if (!std::exchange(early_upstream_, {}).ready) return;
  backend_lines_.reset();
  shell_.close_upstream();
}

void Dialogue::on_upstream_lost(UpstreamLoss loss) {
  if (closed_) return;
  if (relay_) {
    Gather downstream(spare_.downstream);
    const CloseReason reason = relay_->on_backend_end(downstream);
    settle(downstream);
    return close(reason);
  }
  if (!conversation_) return drop_early_upstream();
  converse(UpstreamLost{loss}, false);
  resume();
}

void Dialogue::on_expired(Deadline deadline) {
  if (!conversation_ || closed_) return;
  converse(Expired{deadline}, false);
  resume();
}

void Dialogue::on_backend_overdue() {
  if (!relay_ || closed_) return;
  Gather downstream(spare_.downstream);
  const CloseReason reason = relay_->on_backend_overdue(downstream);
  settle(downstream);
  close(reason);
}

void Dialogue::drain() {
  draining_ = true;
  if (conversation_ && !closed_) converse(DrainRequested{}, false);
}

void Dialogue::kill() {
  if (closed_) return;
  const bool owed = conversation_ && conversation_->owes_outcome();
  if (owed) spare_.downstream.append(text_of(Answer::kShuttingDown));
  close(owed ? CloseReason::kShuttingDown : CloseReason::kKilled);
}

// One that only finished its direction still gets its answers; one that has gone still gets its
// QUIT carried out. An end by itself is no QUIT: the backend sees a bare close.
void Dialogue::on_client_end(ClientEnd end) {
  if (closed_) return;
  client_finished_ = true;
  if (end == ClientEnd::kReset) {
    client_gone_ = true;
    downstream_blocked_ = false;
    if (conversation_) converse(ClientLost{}, false);
  }
  resume();
}

bool Dialogue::owes_client() const noexcept {
  if (conversation_) {
    // A guess is not forgotten because nobody waits for the answer.
    if (client_gone_) return conversation_->is_being_judged();
    return !conversation_->wants_line() || !early_.empty();
  }
  if (!relay_) return false;
  return !early_.empty() || (client_gone_ ? relay_->quit_sent() : relay_->owes_client());
}

CloseReason Dialogue::reason_if_client_leaves() const noexcept {
  if (conversation_) return conversation_->reason_if_client_leaves();
  return client_gone_ ? CloseReason::kClientReset : CloseReason::kClientClosed;
}

void Dialogue::unblock_downstream() {
  downstream_blocked_ = false;
  resume();
}

void Dialogue::unblock_upstream() {
  upstream_blocked_ = false;
  resume();
}

// Something moved: take what came early, and say what had to wait.
void Dialogue::resume() {
  if (closed_) return;
  if (relay_) answer();
  if (!early_.empty()) {
    std::string_view bytes = early_.front();
    feed(bytes);
    early_.keep(bytes.size());
  }
  flush();
  if (client_finished_ && !owes_client()) close(reason_if_client_leaves());
}

void Dialogue::answer() {
  if (closed_ || downstream_blocked_) return;
  Gather downstream(spare_.downstream);
  relay_->answer(downstream);
  settle(downstream);
}

// Sends what the relay produced, and ends the session when the relay says so.
void Dialogue::settle(Gather& downstream) {
  send_downstream(downstream.all());
  spare_.downstream.clear();
  if (const auto reason = relay_->finished(); reason && !closed_) close(*reason);
}

void Dialogue::send_downstream(std::string_view bytes) {
  if (bytes.empty() || client_gone_) return;
  if (shell_.send_downstream(bytes) == Sink::kFull) downstream_blocked_ = true;
}

void Dialogue::flush() {
  send_downstream(spare_.downstream);
  spare_.downstream.clear();
  if (!spare_.upstream.empty() && !closed_) {
    if (shell_.send_upstream(spare_.upstream) == Sink::kFull) upstream_blocked_ = true;
  }
  spare_.upstream.clear();
}

void Dialogue::close(CloseReason reason) {
  if (std::exchange(closed_, true)) return;
  flush();
  shell_.close(reason);
}

}  // namespace postern::pop3
