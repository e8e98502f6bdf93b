// The part of the conversation that carries logins which only the backend can judge: APOP, and SASL
// mechanisms that prove a password without showing it, or show a bearer token.
#include <algorithm>
#include <utility>

#include "proxy/pop3/ascii.hpp"
#include "proxy/pop3/base64.hpp"
#include "proxy/pop3/conversation.hpp"
#include "proxy/pop3/reply_line.hpp"
#include "proxy/pop3/sasl_name.hpp"

namespace postern::pop3 {

using policy::Doubt;
using policy::Ground;
using policy::Mechanism;
using policy::Verdict;

// What the client may see of the backend's greeting: a timestamp, in the form of a message id.
void Conversation::on_early_greeting(const Line& line, Actions& actions) {
  const std::string_view text = line.text;
  const bool good = line.form == LineForm::kGood && is_status_line(text) && text.front() == '+';
  if (!good) return on_upstream_lost(UpstreamLoss::kProtocol, actions);
  early_.ready = true;
  const std::size_t begin = text.rfind('<');
  const std::size_t end = text.rfind('>');
  if (begin != std::string_view::npos && end != std::string_view::npos && begin < end) {
    const std::string_view stamp = text.substr(begin, end - begin + 1);
    const bool id = stamp.contains('@') && !stamp.contains(' ');
    if (id && all_printable(stamp)) early_.stamp = stamp;
  }
  greet(actions);
}

// RFC 1939 section 7: "APOP name digest", the digest of 16 octets in lower-case hexadecimal. A name
// may hold blanks, a digest none.
void Conversation::on_apop(const Command& command, Actions& actions) {
  mechanism_ = Mechanism::kApop;
  has_user_ = false;
  const std::string_view argument = command.argument.value_or("");
  const std::size_t blank = argument.rfind(' ');
  const std::string_view name = without_blanks_around(argument.substr(0, blank));
  if (is_speakable_user(name)) user_ = name;
  const Verdict verdict = judge(Mechanism::kApop, name);
  if (!verdict.allowed()) return refuse(verdict, actions);
  const std::string_view digest =
      blank == std::string_view::npos ? std::string_view() : argument.substr(blank + 1);
  constexpr std::string_view kHex = "0123456789abcdef";
  const bool well_formed = is_speakable_user(name) && digest.size() == 32 &&
                           digest.find_first_not_of(kHex) == std::string_view::npos;
  if (has_control(name)) return bad_command(Answer::kNameHoldsControl, actions);
  if (!well_formed) return bad_command(Answer::kApopTakesNameAndDigest, actions);
  if (!early_.ready || early_.stamp.empty()) {
    return bad_command(Answer::kApopNeedsStamp, actions);
  }
  passed_.emplace(Mechanism::kApop);
  passed_->offer("APOP " + std::string(name) + " " + std::string(digest));
  ask_admission(actions);
}

void Conversation::begin_exchange(Mechanism mechanism, std::optional<std::string_view> response,
                                  Actions& actions) {
  mechanism_ = mechanism;
  user_.clear();
  passed_.emplace(mechanism);
  if (response) return on_exchange_line(*response == "=" ? "" : *response, actions);
  const Doubt doubt = policy::shows_password(mechanism) ? Doubt::kDenies : Doubt::kAllows;
  const Verdict verdict = judge(mechanism, std::nullopt, doubt);
  if (!verdict.allowed()) return refuse_exchange(verdict, actions);
  if (early_.ready) return go_on(passed_->begin(), actions);
  enter(State::kConnecting, actions);
  actions.add(ConnectUpstream{});
}

// A message of the client, as AUTH carried it or in answer to the backend's prompt.
void Conversation::on_exchange_line(std::string_view line, Actions& actions) {
  if (line == "*") return end_exchange(Answer::kCancelled, actions);
  if (line.size() > terms_.max_auth_bytes) return end_exchange(Answer::kTooLong, actions);
  const bool first = passed_->first_message();
  if (!take_message(line, actions)) return;
  if (!first) return go_on(passed_->answer(), actions);
  ask_admission(actions);
}

// Returns whether the message may go on to the backend.
bool Conversation::take_message(std::string_view line, Actions& actions) {
  const auto message = decode_base64(line);
  if (message && passed_->first_message()) {
    user_ = name_in(passed_->mechanism(), message->reveal());
  }
  std::optional<std::string_view> user;
  if (!user_.empty()) user = user_;
  const Verdict verdict = judge(passed_->mechanism(), user);
  if (!verdict.allowed()) {
    refuse_exchange(verdict, actions);
    return false;
  }
  if (!message) {
    end_exchange(Answer::kNotBase64, actions);
    return false;
  }
  passed_->offer(line);
  return true;
}

void Conversation::end_exchange(Answer answer, Actions& actions) {
  passed_.reset();
  const bool reached = state_ != State::kAuthorization;
  enter(State::kAuthorization, actions);
  if (reached) {
    early_ = {};
    actions.add(CloseUpstream{});
  }
  bad_command(answer, actions);
}

void Conversation::refuse_exchange(const Verdict& verdict, Actions& actions) {
  passed_.reset();
  if (state_ != State::kAuthorization) {
    early_ = {};
    actions.add(CloseUpstream{});
    enter(State::kAuthorization, actions);
  }
  refuse(verdict, actions);
}

}  // namespace postern::pop3
