// SPDX-License-Identifier: Apache-2.0
#include "tests/dialogue/gauntlet.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace postern::session_test {
namespace {

using pop3::Sink;

constexpr std::array<std::string_view, 5> kAuthCommands = {
    "AUTH PLAIN", "AUTH CRAM-MD5", "AUTH SCRAM-SHA-256", "AUTH NTLM", "AUTH XOAUTH2"};

// Whether prompts may answer it: what is no command after login.
bool belongs_to_exchange(std::string_view command) {
  const std::string_view line = command.substr(0, command.find('\r'));
  const bool auth = std::ranges::find(kAuthCommands, line) != kAuthCommands.end();
  return auth || (line.size() > 4 && line.find(' ') == std::string_view::npos);
}

}  // namespace

Gauntlet::Gauntlet(Decide decide)
    : decide_(std::move(decide)),
      policy_(decide_),
      oracle_(policy_),
      by_user_(decide_(10) == 0),
      dialogue_(terms_, by_user_ ? nullptr : &backend_terms_, oracle_, spare_, policy_.client()) {
  oracle_.by_user = by_user_;
  constexpr std::array<std::string_view, 9> kDown = {"", "", "", "", "", "", "bob", "alice", "*"};
  if (by_user_) oracle_.down_for = kDown[decide_(kDown.size())];
  policy_.write(terms_, backend_terms_);
  terms_.advice = pop3::default_advice("", "");
  terms_.stls = pop3::Stls::kOffered;
  backend_terms_.learned = std::make_shared<pop3::LearnedCapabilities>();
  constexpr std::array<std::uint32_t, 6> kLimits = {0, 1, 5, 5, 100, 100};
  terms_.max_bad_commands = kLimits[decide_(kLimits.size())];
  terms_.max_login_attempts = kLimits[decide_(kLimits.size())];
  terms_.max_auth_bytes = decide_(4) != 0 ? 65'536 : 64;
  oracle_.watch(dialogue_);
  spare_.traced = true;
  decide_admission();
  if (decide_(3) == 0) {
    open_tls();
  } else {
    dialogue_.open(policy::Link::kPlaintext);
  }
}

bool Gauntlet::step() {
  // Mostly at once, as where nobody has to be asked.
  if (oracle_.admitting && decide_(4) != 0) {
    pop3::LoginAdmitted answer = oracle_.take_admission();
    answer.backend = &backend_terms_;
    dialogue_.on_admitted(answer);
  } else {
    if (oracle_.admitting) oracle_.keep_waiting();
    somebody();
  }
  oracle_.look();
  return broken().empty() && !oracle_.closed;
}

void Gauntlet::somebody() {
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
}

void Gauntlet::client() {
  if (client_ended_) return;
  if (oracle_.upgrading) {
    to_say_.clear();
    if (decide_(16) == 0) return dialogue_.on_client("NOOP\r\n");
    if (decide_(16) == 0) return end_client();
    return open_tls();
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

// Mostly one that is new enough.
void Gauntlet::open_tls() {
  const std::size_t older = decide_(2) == 0 ? 0 : decide_(4);
  const auto version =
      static_cast<policy::Link>(static_cast<std::size_t>(policy::Link::kTls13) - older);
  tls_ = true;
  oracle_.tls_is_up(version);
  dialogue_.open(version);
}

void Gauntlet::client_line() {
  const std::size_t kind = decide_(40);
  if (kind == 0) return end_client();
  if (kind == 1) {
    to_say_.append(1 + decide_(1500), 'A');
    to_say_ += decide_(2) == 0 ? "\r\n" : "\n";
  } else if (kind < (dialogue_.relaying() ? 8U : 32U)) {
    to_say_ += pick(login_lines());
  } else {
    to_say_ += pick(anywhere());
  }
}

// Whoever said a name in clear may be asked for the password, so alice's is not said alone then.
Lines Gauntlet::login_lines() {
  const std::size_t kind = decide_(10);
  if (kind < 3) return passed_logins();
  if (kind == 3) return tls_ ? tokens_under_tls() : tokens_in_clear();
  if (tls_) return under_tls();
  if (kind < 8) return bob_in_clear();
  const bool names_are_taken =
      policy_.for_somebody(policy::Mechanism::kUser, policy::Link::kPlaintext) !=
      Outcome::kForbidden;
  return kind == 8 && !names_are_taken ? nameless_in_clear() : alice_in_clear();
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
    to_answer_ = pick(greetings());
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
  if (!multi && belongs_to_exchange(command) && decide_(command.starts_with("AUTH") ? 8 : 2) != 0) {
    return std::string(pick(prompts()));
  }
  if (!multi && in_step_ && decide_(6) == 0) return std::string(pick(dirty_replies()));
  if (!multi && in_step_ && decide_(16) == 0) return "+OK " + std::string(600, 'x') + "\r\n";
  std::string answer = "+OK fine\r\n";
  if (multi) answer += pick(bodies());
  return answer;
}

std::string Gauntlet::odd_reply() {
  in_step_ = false;
  return std::string(pick(odd_replies()));
}

void Gauntlet::decide_admission() {
  const std::size_t kind = decide_(16);
  oracle_.admission = kind == 0  ? pop3::Admission::kTurnedAway
                      : kind < 6 ? pop3::Admission::kSeenInClear
                      : kind < 7 ? pop3::Admission::kRemembered
                      : kind < 8 ? pop3::Admission::kCrowded
                      : kind < 9 ? pop3::Admission::kNoRoute
                                 : pop3::Admission::kFree;
}

void Gauntlet::shell() {
  using pop3::Deadline;
  switch (decide_(48)) {
    case 0:
      return dialogue_.drain();
    case 1:
      return dialogue_.on_expired(static_cast<Deadline>(decide_(3)));
    case 2:
    case 3:
    case 4:
      oracle_.downstream_sink = Sink::kFull;
      return;
    case 5:
    case 6:
      oracle_.upstream_sink = Sink::kFull;
      return;
    case 7:
    case 8:
    case 9:
      return decide_admission();
    default:
      break;
  }
  oracle_.downstream_sink = Sink::kOpen;
  dialogue_.unblock_downstream();
  oracle_.upstream_sink = Sink::kOpen;
  dialogue_.unblock_upstream();
}

}  // namespace postern::session_test
