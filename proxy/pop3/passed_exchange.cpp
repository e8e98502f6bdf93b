// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/passed_exchange.hpp"

#include <string>

#include "proxy/pop3/ascii.hpp"
#include "proxy/pop3/base64.hpp"
#include "proxy/pop3/sasl.hpp"
#include "proxy/pop3/sasl_name.hpp"

namespace postern::pop3 {

using policy::Doubt;
using policy::Mechanism;
using policy::Verdict;

// RFC 1939 section 7: "APOP name digest", the digest of 16 octets in lower-case hexadecimal. A name
// may hold blanks, a digest none.
void PassedExchange::on_apop(const Command& command, Actions& actions) {
  claim_.set_mechanism(Mechanism::kApop);
  claim_.expect_no_password();
  const std::string_view argument = command.argument.value_or("");
  const std::size_t blank = argument.rfind(' ');
  const std::string_view name = without_blanks_around(argument.substr(0, blank));
  if (is_speakable_user(name)) claim_.set_user(name);
  const Verdict verdict = claim_.judge(Mechanism::kApop, name);
  if (!verdict.allowed()) return authorization_.refuse(verdict, actions);
  const std::string_view digest =
      blank == std::string_view::npos ? std::string_view() : argument.substr(blank + 1);
  constexpr std::string_view kHex = "0123456789abcdef";
  const bool well_formed = is_speakable_user(name) && digest.size() == 32 &&
                           digest.find_first_not_of(kHex) == std::string_view::npos;
  if (has_control(name)) return authorization_.bad_command(Answer::kNameHoldsControl, actions);
  if (!well_formed) return authorization_.bad_command(Answer::kApopTakesNameAndDigest, actions);
  if (login_.is_hopeless(name)) return login_.refuse_hopeless(actions);
  if (!early_.ready || early_.stamp.empty()) {
    return authorization_.bad_command(Answer::kApopNeedsStamp, actions);
  }
  login_.begin_passed(Mechanism::kApop)
      .offer("APOP " + std::string(name) + " " + std::string(digest));
  login_.go_on_with_offer(actions);
}

void PassedExchange::begin(Mechanism mechanism, std::optional<std::string_view> response,
                           Actions& actions) {
  claim_.set_mechanism(mechanism);
  claim_.set_user({});
  login_.begin_passed(mechanism);
  if (mechanism == Mechanism::kExternal) return begin_external(response, actions);
  if (response) return on_message(*response == "=" ? "" : *response, actions);
  const Doubt doubt = policy::shows_password(mechanism) ? Doubt::kDenies : Doubt::kAllows;
  const Verdict verdict = claim_.judge(mechanism, std::nullopt, doubt);
  if (!verdict.allowed()) return refuse(verdict, actions);
  if (login_.is_hopeless({})) return login_.refuse_hopeless(actions);
  if (login_.backend() != nullptr) return login_.reach_backend(actions);
  begin_here(mechanism, actions);
}

// Where the name decides about the backend, whoever can say it first is asked for it here. Whoever
// cannot stays nameless, for the policy as for the routes.
void PassedExchange::begin_here(Mechanism mechanism, Actions& actions) {
  if (policy::client_speaks_first(mechanism)) {
    authorization_.enter(Authorization::State::kExchange, actions);
    return Authorization::reply("+ ", actions);
  }
  const Verdict verdict = claim_.judge(mechanism, std::nullopt);
  if (!verdict.allowed()) return refuse(verdict, actions);
  login_.go_on_with_offer(actions);
}

// Who it is stands in the certificate, before the client has said a word.
void PassedExchange::begin_external(std::optional<std::string_view> response, Actions& actions) {
  const std::string certified = login_.certified_user();
  if (is_speakable_user(certified)) claim_.set_user(certified);
  std::optional<std::string_view> user;
  if (!claim_.user().empty()) user = claim_.user();
  const Verdict verdict = claim_.judge(Mechanism::kExternal, user);
  if (!verdict.allowed()) return refuse(verdict, actions);
  if (!user) return end(Answer::kNoClientCertificate, actions);
  if (login_.is_hopeless(*user)) return login_.refuse_hopeless(actions);
  if (response) return on_message(*response == "=" ? "" : *response, actions);
  authorization_.enter(Authorization::State::kExchange, actions);
  Authorization::reply("+ ", actions);
}

// RFC 4422 appendix A.1: whom the client wants to be, or nothing for whom it is. It can be nobody
// else.
void PassedExchange::on_identity(std::string_view line, Actions& actions) {
  const auto message = decode_base64(line);
  if (!message) return end(Answer::kNotBase64, actions);
  const std::string_view identity = message->reveal();
  if (!identity.empty() && identity != claim_.user()) return end(Answer::kSomebodyElse, actions);
  login_.passed().offer(encode_base64(claim_.user()).reveal());
  login_.go_on_with_offer(actions);
}

void PassedExchange::on_message(std::string_view line, Actions& actions) {
  if (line == "*") return end(Answer::kCancelled, actions);
  if (line.size() > terms_.max_auth_bytes) return end(Answer::kTooLong, actions);
  if (login_.passed().mechanism() == Mechanism::kExternal) return on_identity(line, actions);
  if (take(line, actions)) login_.go_on_with_offer(actions);
}

// Returns whether the message may go on to the backend.
bool PassedExchange::take(std::string_view line, Actions& actions) {
  PassedLogin& login = login_.passed();
  const auto message = decode_base64(line);
  if (message && login.first_message()) {
    claim_.set_user(name_in(login.mechanism(), message->reveal()));
  }
  std::optional<std::string_view> user;
  if (!claim_.user().empty()) user = claim_.user();
  const Verdict verdict = claim_.judge(login.mechanism(), user);
  if (!verdict.allowed()) {
    refuse(verdict, actions);
    return false;
  }
  if (!message) {
    end(Answer::kNotBase64, actions);
    return false;
  }
  if (login.first_message() && !login.was_prompted() && login_.is_hopeless(claim_.user())) {
    login_.refuse_hopeless(actions);
    return false;
  }
  login.offer(line);
  return true;
}

void PassedExchange::end(Answer answer, Actions& actions) {
  login_.give_up(actions);
  authorization_.bad_command(answer, actions);
}

void PassedExchange::refuse(const Verdict& verdict, Actions& actions) {
  login_.give_up(actions);
  authorization_.refuse(verdict, actions);
}

}  // namespace postern::pop3
