// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/login_commands.hpp"

#include <string>
#include <utility>

#include "proxy/pop3/ascii.hpp"

namespace postern::pop3 {
namespace {

using policy::Doubt;
using policy::Mechanism;
using policy::Verdict;

Answer answer_to_fault(SaslFault fault) noexcept {
  switch (fault) {
    case SaslFault::kCancelled:
      return Answer::kCancelled;
    case SaslFault::kBadBase64:
      return Answer::kNotBase64;
    case SaslFault::kBadMessage:
      return Answer::kMalformedCredentials;
    case SaslFault::kBadName:
      return Answer::kNameHoldsControl;
    case SaslFault::kBadPassword:
      return Answer::kPasswordHoldsControl;
    case SaslFault::kForeignName:
      return Answer::kSomebodyElse;
  }
  std::unreachable();
}

}  // namespace

void LoginCommands::on_user(const Command& command, Actions& actions) {
  claim_.set_mechanism(Mechanism::kUser);
  claim_.expect_no_password();
  const std::string_view name = without_blanks_around(command.argument.value_or(""));
  if (is_speakable_user(name)) claim_.set_user(name);
  const Verdict verdict = claim_.judge(Mechanism::kUser, name);
  if (!verdict.allowed()) return authorization_.refuse(verdict, actions);
  if (has_control(name)) return authorization_.bad_command(Answer::kNameHoldsControl, actions);
  if (name.empty()) return authorization_.bad_command(Answer::kUserTakesName, actions);
  if (login_.is_hopeless(name)) return login_.refuse_hopeless(actions);
  claim_.expect_password();
  authorization_.good_command("+OK send PASS\r\n", actions);
}

void LoginCommands::on_pass(const Command& command, Actions& actions) {
  const std::string_view password = command.argument.value_or("");
  if (!claim_.expect_no_password()) {
    // The name may have been refused before; whose password this is matters for the one who
    // changes it.
    const Verdict verdict = claim_.judge(Mechanism::kUser, std::nullopt);
    if (!is_for_link(verdict)) return authorization_.bad_command(Answer::kSendUserFirst, actions);
    claim_.set_mechanism(Mechanism::kUser);
    return authorization_.refuse(verdict, actions);
  }
  if (has_control(password)) {
    return authorization_.bad_command(Answer::kPasswordHoldsControl, actions);
  }
  if (password.empty()) return authorization_.bad_command(Answer::kPassTakesPassword, actions);
  claim_.set_mechanism(Mechanism::kUser);  // garbage since USER may have shown another
  login_.submit({std::string(claim_.user()), Secret(password)}, actions);
}

void LoginCommands::on_auth(const Command& command, Actions& actions) {
  claim_.expect_no_password();
  const std::string_view argument = command.argument.value_or("");
  const std::size_t space = argument.find(' ');
  const auto mechanism = policy::sasl_mechanism_from(argument.substr(0, space));
  if (!mechanism) return on_unknown_mechanism(command, actions);
  std::optional<std::string_view> response;
  if (space != std::string_view::npos) response = argument.substr(space + 1);
  if (policy::is_passed_through(*mechanism)) return exchange_.begin(*mechanism, response, actions);
  claim_.set_mechanism(*mechanism);
  claim_.set_user({});
  sasl_.emplace(*mechanism);
  on_step(sasl_->begin(response), actions);
}

// It is judged like the one that shows the password.
void LoginCommands::on_unknown_mechanism(const Command& command, Actions& actions) {
  const Verdict verdict = claim_.judge(Mechanism::kPlain, std::nullopt);
  if (is_for_link(verdict)) {
    claim_.set_mechanism(Mechanism::kPlain);
    claim_.set_user({});
    return authorization_.refuse(verdict, actions);
  }
  if (command.argument) return authorization_.bad_command(Answer::kNoSuchMechanism, actions);
  authorization_.good_command(mechanism_reply(terms_, client_), actions);
}

void LoginCommands::on_response(std::string_view line, Actions& actions) {
  on_step(sasl_->respond(line), actions);
}

void LoginCommands::drop_exchange(Actions& actions) {
  sasl_.reset();
  authorization_.enter(Authorization::State::kAuthorization, actions);
}

// A step of an exchange that has not been refused so far. LOGIN tells the name before the password,
// PLAIN both at once; each step is judged with what is known then.
void LoginCommands::on_step(SaslStep step, Actions& actions) {
  auto* credential = std::get_if<Credential>(&step);
  std::optional<std::string_view> user;
  if (credential != nullptr) {
    user = credential->user;
  } else if (!sasl_->user().empty()) {
    user = sasl_->user();
  }
  const bool name_comes_first = sasl_->mechanism() == Mechanism::kLogin;
  const Verdict verdict =
      claim_.judge(sasl_->mechanism(), user, name_comes_first ? Doubt::kAllows : Doubt::kDenies);
  if (!verdict.allowed()) {
    if (user) claim_.set_user(*user);
    drop_exchange(actions);
    return authorization_.refuse(verdict, actions);
  }
  if (login_.is_hopeless(user.value_or("")) && !std::holds_alternative<SaslFault>(step)) {
    if (user) claim_.set_user(*user);
    drop_exchange(actions);
    return login_.refuse_hopeless(actions);
  }
  if (const auto* prompt = std::get_if<SaslPrompt>(&step)) {
    authorization_.enter(Authorization::State::kSasl, actions);
    return Authorization::reply("+ " + std::string(prompt->text), actions);
  }
  if (credential != nullptr) {
    sasl_.reset();
    return login_.submit(std::move(*credential), actions);
  }
  drop_exchange(actions);
  authorization_.bad_command(answer_to_fault(std::get<SaslFault>(step)), actions);
}

}  // namespace postern::pop3
