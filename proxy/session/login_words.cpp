// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/login_words.hpp"

#include <utility>

namespace postern::session {
namespace {

using policy::Guess;
using pop3::Judgement;
using pop3::Presence;

constexpr std::string_view kGuessed = "auth_failed";
constexpr std::string_view kRefused = "login_refused";
constexpr std::string_view kByBackend = "proxy_dest_auth_failed";

LoginWords words_for_wrong(Guess guess, Presence presence) noexcept {
  switch (guess) {
    case Guess::kNew:
    case Guess::kExempt:
      if (presence == Presence::kThere) {
        return {kGuessed, kByBackend, "the backend refused the login"};
      }
      return {kGuessed, "abandoned", "the client left, and then the backend refused the login"};
    case Guess::kFormer:
      return {kRefused, kByBackend, "a password that was right before; no guess"};
    case Guess::kRepeated:
      return {kRefused, kByBackend, "the same wrong password again; no new guess"};
  }
  std::unreachable();
}

LoginWords words_for_refused(std::string_view code) noexcept {
  if (code == "IN-USE") return {kRefused, "in_use", "the mailbox is in use"};
  if (code == "LOGIN-DELAY") return {kRefused, "login_delay", "too soon after the last login"};
  if (code == "SYS/TEMP") {
    return {kRefused, "backend_temporary", "the backend cannot serve this login now"};
  }
  return {kRefused, kByBackend, "the backend refused the login, and not for its password"};
}

}  // namespace

LoginWords words_for(const pop3::LoginJudged& login, Guess guess) noexcept {
  switch (login.judgement) {
    case Judgement::kRight:
      break;
    case Judgement::kWrong:
      return words_for_wrong(guess, login.presence);
    case Judgement::kRefused:
      return words_for_refused(login.code);
    case Judgement::kUnanswered:
      return {kRefused, "backend_down", "the backend could not be asked"};
    case Judgement::kKnownDown:
      return {kRefused, "backend_down",
              "the backend is known to be down; the client was told before it said its password"};
    case Judgement::kUnvouched:
      return {kRefused, "no_backend_certificate",
              "the backend cannot take our word for the user: EXTERNAL needs backend.cert_file"};
    case Judgement::kGarbled:
      return {kRefused, "proxy_dest_protocol_failure", "the backend did not answer in POP3"};
  }
  std::unreachable();
}

GateWords words_for(policy::Gate gate) noexcept {
  switch (gate) {
    case policy::Gate::kOpen:
    case policy::Gate::kRemembered:
    case policy::Gate::kFull:
      return {};
    case policy::Gate::kAway:
      return {"cluster_down", "what the machines share cannot be asked (cluster.on_failure)"};
    case policy::Gate::kBanned:
      return {"banned", "the address is banned"};
    case policy::Gate::kLocked:
      return {"user_locked", "too many wrong passwords for this user from there"};
    case policy::Gate::kCrowded:
      return {"crowded", "too many logins from there are waiting for the backend"};
  }
  std::unreachable();
}

}  // namespace postern::session
