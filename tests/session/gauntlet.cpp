#include "tests/session/gauntlet.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace postern::session_test {
namespace {

using pop3::Sink;

// What a client says in clear; the secret of these must be lost there and then.
constexpr std::array<std::string_view, 14> kInClear = {
    "USER alice\r\n",
    "PASS ClearCanary\r\n",
    "pass ClearCanary\n",
    "\tPASS\tClearCanary\r\n",
    "USER alice\r\nPASS ClearCanary\r\n",
    "AUTH PLAIN AGFsaWNlAENsZWFyQ2FuYXJ5\r\n",
    "AUTH PLAIN\r\nAGFsaWNlAENsZWFyQ2FuYXJ5\r\n",
    "AUTH LOGIN\r\nYWxpY2U=\r\nQ2xlYXJDYW5hcnk=\r\n",
    "AUTH LOGIN YWxpY2U=\r\nQ2xlYXJDYW5hcnk=\r\n",
    "AUTH LOGIN YWxpY2U=\r\n",
    "STLS\r\n",
    "sTlS\r\n",
    "STLS\r\nUSER mallory\r\n",
    "STLS x\r\n",
};

constexpr std::array<std::string_view, 12> kUnderTls = {
    "USER alice\r\n",
    "PASS SealedCanary\r\n",
    "USER alice\r\nPASS SealedCanary\r\n",
    "AUTH PLAIN AGFsaWNlAFNlYWxlZENhbmFyeQ==\r\n",
    "AUTH PLAIN\r\nAGFsaWNlAFNlYWxlZENhbmFyeQ==\r\n",
    "AUTH LOGIN\r\nYWxpY2U=\r\nU2VhbGVkQ2FuYXJ5\r\n",
    "AUTH LOGIN YWxpY2U=\r\nU2VhbGVkQ2FuYXJ5\r\n",
    "AUTH PLAIN\r\n*\r\n",
    "AUTH LOGIN\r\n*\r\n",
    "AUTH\r\n",
    "STLS\r\n",
    "AUTH PLAIN YgBhbGljZQBTZWFsZWRDYW5hcnk=\r\n",
};

constexpr std::array<std::string_view, 34> kAnywhere = {
    "CAPA\r\n",
    "NOOP\r\n",
    "STAT\r\n",
    "LIST\r\n",
    "LIST 1\r\n",
    "UIDL\r\n",
    "RETR 1\r\n",
    "RETR 0\r\n",
    "DELE 1\r\n",
    "RSET\r\n",
    "TOP 1 10\r\n",
    "TOP 1\r\n",
    "XYZZY\r\n",
    "\r\n",
    "\n",
    "NOOP\nDELE 1\r\n",
    "NOOP\rDELE 1\r\n",
    "RETR 4294967297\r\n",
    "USER\r\n",
    "PASS\r\n",
    "*\r\n",
    "=\r\n",
    "AAAA\r\n",
    "\xff\xfe\r\n",
    "retr 0001\r\n",
    " NOOP\r\n",
    "NOOP \r\n",
    "APOP a b\r\n",
    "UTF8\r\n",
    "QUIT x\r\n",
    "NOOP\r\nNOOP\r\nNOOP\r\nNOOP\r\n",
    "RETR 1\r\nRETR 2\r\nDELE 1\r\n",
    "CAPA\r\nCAPA\r\nCAPA\r\n",
    "QUIT\r\n",
};

// What a backend may say out of turn. Where these are taken for a body they are one that a client
// may read, so that the oracle can tell lines from each other.
constexpr std::array<std::string_view, 10> kOddReplies = {
    "+OK\r\n",
    "-ERR no\r\n",
    "garbage\r\n",
    "\r\n",
    "+",
    ".\r\n",
    "+OK a\r\n+OK b\r\n",
    "-ERR [SYS/TEMP] x\r\n",
    "-ERR [IN-USE]\r\n",
    "-ERR [AUTH] exch01\r\n",
};

// What only a status line may be.
constexpr std::array<std::string_view, 4> kDirtyReplies = {"+OK \x1b\xff\r\n", "+OK a\rb\r\n",
                                                           "+OK\n", "-ERR \x1b[IN-USE]\r\n"};

constexpr std::array<std::string_view, 4> kBodies = {".\r\n", "1 120\r\n2 200\r\n.\r\n",
                                                     "Subject: x\r\n\r\n..dot\r\nlast\r\n.\r\n",
                                                     "..\r\n...\r\n.\r\n"};

}  // namespace

Gauntlet::Gauntlet(Decide decide) : decide_(std::move(decide)), dialogue_(terms_, oracle_, spare_) {
  terms_.advice = pop3::default_advice("", "");
  terms_.stls = pop3::Stls::kOffered;
  terms_.learned = std::make_shared<pop3::LearnedCapabilities>();
  constexpr std::array<std::uint32_t, 4> kLimits = {0, 1, 5, 100};
  terms_.max_bad_commands = kLimits[decide_(kLimits.size())];
  terms_.max_login_attempts = kLimits[decide_(kLimits.size())];
  terms_.max_auth_bytes = decide_(2) == 0 ? 65'536 : 64;
  tls_ = decide_(3) == 0;
  if (tls_) oracle_.tls_is_up();
  dialogue_.open(tls_ ? policy::Link::kTls13 : policy::Link::kPlaintext);
}

bool Gauntlet::step() {
  switch (decide_(4)) {
    case 0:
    case 1:
      client();
      break;
    case 2:
      backend();
      break;
    default:
      shell();
      break;
  }
  oracle_.look_at(dialogue_);
  return broken().empty() && !oracle_.closed;
}

void Gauntlet::client() {
  if (client_ended_) return;
  if (oracle_.upgrading) {
    to_say_.clear();
    if (decide_(16) == 0) return dialogue_.on_client("NOOP\r\n");
    if (decide_(16) == 0) return end_client();
    tls_ = true;
    oracle_.tls_is_up();
    return dialogue_.open(policy::Link::kTls13);
  }
  if (to_say_.empty() || decide_(3) == 0) client_line();
  if (client_ended_) return;
  // A session may have read before it was told to stop, but it does not go on reading.
  if (!dialogue_.wants_client() && decide_(8) != 0) return;
  const std::size_t size =
      1 + decide_(decide_(2) == 0 ? to_say_.size() : std::min<std::size_t>(to_say_.size(), 8));
  const std::string segment = to_say_.substr(0, size);
  to_say_.erase(0, size);
  oracle_.client_says(segment);
  dialogue_.on_client(segment);
}

void Gauntlet::client_line() {
  const std::size_t kind = decide_(40);
  if (kind == 0) return end_client();
  if (kind == 1) {
    to_say_.append(1 + decide_(1500), 'A');
    to_say_ += decide_(2) == 0 ? "\r\n" : "\n";
  } else if (kind < 20) {
    to_say_ += tls_ ? pick(kUnderTls) : pick(kInClear);
  } else {
    to_say_ += pick(kAnywhere);
  }
}

void Gauntlet::end_client() {
  client_ended_ = true;
  oracle_.client_gone = decide_(2) == 0;
  dialogue_.on_client_end(oracle_.client_gone ? pop3::ClientEnd::kReset
                                              : pop3::ClientEnd::kFinished);
}

void Gauntlet::backend() {
  if (oracle_.penalised) {
    oracle_.penalised = false;
    return dialogue_.on_expired(pop3::Deadline::kPenalty);
  }
  if (oracle_.connecting) {
    if (decide_(8) == 0) return dialogue_.on_upstream_lost(pop3::UpstreamLoss::kUnreachable);
    oracle_.connecting = false;
    oracle_.connected = true;
    in_step_ = true;
    to_answer_ = "+OK ready\r\n";
    return dialogue_.on_upstream_connected();
  }
  if (!oracle_.connected) return;
  if (decide_(64) == 0) return dialogue_.on_upstream_lost(pop3::UpstreamLoss::kClosed);
  if (decide_(48) == 0) {
    to_answer_ += odd_reply();
  } else if (to_answer_.empty()) {
    const std::size_t end = oracle_.commands.find('\n');
    if (end == std::string::npos) return;
    to_answer_ = answer_to(std::string_view(oracle_.commands).substr(0, end + 1));
    oracle_.commands.erase(0, end + 1);
  }
  if (to_answer_.empty() || !dialogue_.wants_backend()) return;
  const std::size_t size = decide_(2) == 0 ? to_answer_.size() : 1 + decide_(to_answer_.size());
  const std::string segment = to_answer_.substr(0, size);
  to_answer_.erase(0, size);
  dialogue_.on_backend(segment);
}

std::string Gauntlet::answer_to(std::string_view command) {
  const bool multi = command.starts_with("RETR") || command.starts_with("TOP") ||
                     command == "LIST\r\n" || command == "UIDL\r\n" || command == "CAPA\r\n";
  if (decide_(16) == 0) return odd_reply();
  if (!multi && in_step_ && decide_(6) == 0) return std::string(pick(kDirtyReplies));
  if (!multi && in_step_ && decide_(16) == 0) return "+OK " + std::string(600, 'x') + "\r\n";
  std::string answer = "+OK fine\r\n";
  if (multi) answer += pick(kBodies);
  return answer;
}

std::string Gauntlet::odd_reply() {
  in_step_ = false;
  return std::string(pick(kOddReplies));
}

void Gauntlet::shell() {
  using pop3::Deadline;
  switch (decide_(24)) {
    case 0:
      return dialogue_.drain();
    case 1:
      return dialogue_.on_expired(static_cast<Deadline>(decide_(3)));
    case 2:
    case 3:
      oracle_.downstream_sink = Sink::kFull;
      return;
    case 4:
      oracle_.upstream_sink = Sink::kFull;
      return;
    default:
      break;
  }
  oracle_.downstream_sink = Sink::kOpen;
  dialogue_.unblock_downstream();
  oracle_.upstream_sink = Sink::kOpen;
  dialogue_.unblock_upstream();
}

}  // namespace postern::session_test
