// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/conversation.hpp"

#include <string>
#include <variant>

#include "policy/word.hpp"
#include "proxy/pop3/habit_step.hpp"
#include "proxy/pop3/overloaded.hpp"
#include "proxy/pop3/reply_line.hpp"

namespace postern::pop3 {

void Conversation::on(const Event& event, Actions& actions) {
  std::visit(Overloaded{
                 [&](const Opened&) { on_opened(actions); },
                 [&](const LineReceived& e) { on_line(e.line, actions); },
                 [&](const LoginAdmitted& e) { login_.on_admitted(e, actions); },
                 [&](const UpstreamConnected&) { login_.on_upstream_connected(actions); },
                 [&](const UpstreamLineReceived& e) { on_upstream_line(e.line, actions); },
                 [&](const UpstreamLost& e) { on_upstream_lost(e.loss, actions); },
                 [&](const Expired& e) { on_expired(e.deadline, actions); },
                 [&](const ClientLost&) { login_.on_client_lost(); },
                 [&](const DrainRequested&) { draining_ = true; },
             },
             event);
}

void Conversation::on_opened(Actions& actions) {
  if (opening_ == Opening::kSilent) return authorization_.enter(State::kAuthorization, actions);
  const bool stamped =
      terms_.rules.accepts(policy::Mechanism::kApop) && login_.backend() != nullptr;
  if (!stamped) return greet(actions);
  actions.add(SetDeadline{Deadline::kConnect});
  actions.add(ConnectUpstream{});
}

void Conversation::greet(Actions& actions) {
  std::string greeting = "+OK " + terms_.greeting;
  const bool stamped = !early_.stamp.empty();
  if (stamped) greeting.append(" ").append(early_.stamp);
  Authorization::reply(greeting, actions, stamped ? Wording::kBackends : Wording::kOurs);
  authorization_.enter(State::kAuthorization, actions);
}

// On a link where AUTH is refused nobody gets to fill a large buffer.
std::size_t Conversation::line_bound(std::string_view head) const noexcept {
  const bool long_line =
      authorization_.wants_response() || policy::same_word(head.substr(0, 5), "AUTH ");
  return long_line && claim_.may_show_password() ? terms_.max_auth_bytes : terms_.max_command_bytes;
}

void Conversation::on_line(const Line& line, Actions& actions) {
  if (draining_) return authorization_.close(CloseReason::kShuttingDown, actions);
  stranger_ = first_line_.judge(line.text);
  if (stranger_ != Stranger::kNone) {
    return authorization_.close(CloseReason::kForeignProtocol, actions);
  }
  const Exposure::Sight sight = claim_.look_at(line.text, authorization_.wants_response());
  hear(line, sight, actions);
  claim_.take_shown();
}

void Conversation::hear(const Line& line, Exposure::Sight sight, Actions& actions) {
  const bool good = line.form == LineForm::kGood;
  if (!good) claim_.expect_no_password();  // it may have named somebody else
  if (authorization_.state() == State::kSasl) {
    if (good) return login_commands_.on_response(line.text, actions);
    login_commands_.drop_exchange(actions);
  }
  if (authorization_.state() == State::kExchange) {
    return good ? exchange_.on_message(line.text, actions)
                : exchange_.end(complaint_about(line.form), actions);
  }
  const Command command = good ? parse_command(line.text) : Command();
  if (command.verb != Verb::kQuit || !last_verb_) last_verb_ = command.verb;
  habits_.note(step_for(command));
  if (command.verb == Verb::kUnknown) return on_garbage(line, sight, actions);
  on_command(command, actions);
}

void Conversation::on_command(const Command& command, Actions& actions) {
  switch (command.verb) {
    case Verb::kUser:
      return login_commands_.on_user(command, actions);
    case Verb::kPass:
      return login_commands_.on_pass(command, actions);
    case Verb::kAuth:
      return login_commands_.on_auth(command, actions);
    case Verb::kApop:
      return exchange_.on_apop(command, actions);
    case Verb::kStls:
      return on_stls(command, actions);
    case Verb::kCapa:
      return on_capa(command, actions);
    case Verb::kQuit:
      return on_quit(command, actions);
    case Verb::kUnknown:
    case Verb::kUtf8:
    case Verb::kLang:
      return authorization_.bad_command(Answer::kUnknownCommand, actions);
    case Verb::kNoop:
    case Verb::kStat:
    case Verb::kList:
    case Verb::kRetr:
    case Verb::kDele:
    case Verb::kTop:
    case Verb::kUidl:
      return authorization_.untimely_command(actions);
    case Verb::kRset:  // says nothing to anybody, and is said by habit
      return Authorization::reply(Answer::kLogInFirst, actions);
    case Verb::kLast:
      return Authorization::reply(Answer::kObsolete, actions);
  }
}

// A line that is no command. Where logins are refused it may show a password all the same, as the
// next step of a refused exchange or in a spelling of its own; then it is said.
void Conversation::on_garbage(const Line& line, Exposure::Sight sight, Actions& actions) {
  if (sight != Exposure::Sight::kNothing) {
    const policy::Mechanism mechanism = claim_.exposure().mechanism();
    const auto verdict = claim_.judge(mechanism, std::nullopt);
    if (!verdict.allowed() && verdict.ground == policy::Ground::kCleartext) {
      claim_.set_mechanism(mechanism);
      claim_.call(claim_.exposure().name());
      return authorization_.refuse(verdict, actions);
    }
  }
  const bool good = line.form == LineForm::kGood;
  authorization_.bad_command(good ? Answer::kUnknownCommand : complaint_about(line.form), actions);
}

void Conversation::on_stls(const Command& command, Actions& actions) {
  if (command.argument) return authorization_.bad_command(Answer::kStlsTakesNoArgument, actions);
  if (policy::is_tls(client_.link)) {
    return authorization_.bad_command(Answer::kTlsIsActive, actions);
  }
  if (terms_.stls == Stls::kAbsent) {
    return authorization_.bad_command(Answer::kNoStlsHere, actions);
  }
  Authorization::reply("+OK begin TLS", actions);
  authorization_.enter(State::kStartingTls, actions);
  actions.add(StartTlsDownstream{});
}

void Conversation::on_capa(const Command& command, Actions& actions) {
  if (command.argument) return authorization_.bad_command(Answer::kCapaTakesNoArgument, actions);
  authorization_.good_command(
      capability_reply(terms_, client_, Phase::kAuthorization, terms_.known()), actions);
}

void Conversation::on_quit(const Command& command, Actions& actions) {
  if (command.argument) return authorization_.bad_command(Answer::kQuitTakesNoArgument, actions);
  Authorization::reply("+OK bye", actions);
  authorization_.close(CloseReason::kQuit, actions);
}

void Conversation::on_upstream_line(const Line& line, Actions& actions) {
  if (authorization_.state() == State::kGreeting) return on_early_greeting(line, actions);
  login_.on_upstream_line(line, actions);
}

void Conversation::on_early_greeting(const Line& line, Actions& actions) {
  const bool good = line.form == LineForm::kGood && is_status_line(line.text);
  if (!good || line.text.front() != '+') return on_upstream_lost(UpstreamLoss::kProtocol, actions);
  early_ = {.ready = true, .stamp = std::string(stamp_in(line.text))};
  greet(actions);
}

// A client that waits for its greeting gets one without a timestamp.
void Conversation::on_upstream_lost(UpstreamLoss loss, Actions& actions) {
  const bool early = authorization_.state() == State::kGreeting && opening_ == Opening::kGreet;
  if (!early) return login_.on_upstream_lost(loss, actions);
  early_ = {};
  actions.add(CloseUpstream{});
  greet(actions);
}

void Conversation::on_expired(Deadline deadline, Actions& actions) {
  switch (deadline) {
    case Deadline::kLogin:
      return authorization_.time_out(actions);
    case Deadline::kPenalty:
      return login_.on_penalty_served(actions);
    case Deadline::kConnect:
    case Deadline::kBackendLogin:
      return on_upstream_lost(UpstreamLoss::kUnreachable, actions);
  }
}

}  // namespace postern::pop3
