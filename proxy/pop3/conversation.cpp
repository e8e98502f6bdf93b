#include "proxy/pop3/conversation.hpp"

#include <array>
#include <utility>

#include "proxy/pop3/ascii.hpp"
#include "proxy/pop3/reply_line.hpp"

namespace postern::pop3 {
namespace {

constexpr std::array<std::string_view, 11> kStateNames = {
    "greeting",      "authorization", "sasl",    "starting-tls", "admission", "connecting",
    "backend-login", "exchange",      "penalty", "relaying",     "closed",
};
static_assert(kStateNames.size() == static_cast<std::size_t>(Conversation::State::kClosed) + 1);

constexpr std::size_t kLongestReply = kReplyBound - 2;

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};

}  // namespace

std::string_view name_of(Conversation::State state) noexcept {
  return kStateNames[static_cast<std::size_t>(state)];
}

void Conversation::on(const Event& event, Actions& actions) {
  std::visit(Overloaded{
                 [&](const Opened&) { on_opened(actions); },
                 [&](const LineReceived& e) { on_line(e.line, actions); },
                 [&](const LoginAdmitted& e) { on_admitted(e, actions); },
                 [&](const UpstreamConnected&) { on_upstream_connected(actions); },
                 [&](const UpstreamLineReceived& e) { on_upstream_line(e.line, actions); },
                 [&](const UpstreamLost& e) { on_upstream_lost(e.loss, actions); },
                 [&](const Expired& e) { on_expired(e.deadline, actions); },
                 [&](const ClientLost&) { presence_ = Presence::kGone; },
                 [&](const DrainRequested&) { draining_ = true; },
             },
             event);
}

void Conversation::on_opened(Actions& actions) {
  if (opening_ == Opening::kSilent) return enter(State::kAuthorization, actions);
  if (!terms_.rules.accepts(policy::Mechanism::kApop)) return greet(actions);
  actions.add(SetDeadline{Deadline::kConnect});
  actions.add(ConnectUpstream{});
}

void Conversation::greet(Actions& actions) {
  std::string greeting = "+OK " + terms_.greeting;
  if (!early_.stamp.empty()) greeting.append(" ").append(early_.stamp);
  reply(greeting, actions);
  enter(State::kAuthorization, actions);
}

bool Conversation::wants_line() const noexcept {
  return state_ == State::kAuthorization || state_ == State::kSasl || state_ == State::kExchange;
}

bool Conversation::owes_outcome() const noexcept {
  switch (state_) {
    case State::kSasl:
    case State::kAdmission:
    case State::kConnecting:
    case State::kBackendLogin:
    case State::kExchange:
    case State::kPenalty:
      return true;
    case State::kGreeting:
    case State::kAuthorization:
    case State::kStartingTls:
    case State::kRelaying:
    case State::kClosed:
      return false;
  }
  __builtin_unreachable();
}

std::size_t Conversation::line_bound(std::string_view head) const noexcept {
  // On a link where AUTH is refused nobody gets to fill a large buffer.
  const auto plain = judge(policy::Mechanism::kPlain, std::nullopt, policy::Doubt::kAllows);
  const bool auth_here = plain.ground != policy::Ground::kCleartext || plain.allowed();
  const bool in_exchange = state_ == State::kSasl || state_ == State::kExchange;
  const bool long_line = in_exchange || equal_ignoring_case(head.substr(0, 5), "AUTH ");
  return auth_here && long_line ? terms_.max_auth_bytes : terms_.max_command_bytes;
}

CloseReason Conversation::reason_if_client_leaves() const noexcept {
  if (auth_failed_) return CloseReason::kAuthFailed;
  if (refused_) return CloseReason::kCleartextDisabled;
  return attempts_ == 0 ? CloseReason::kNoAuthAttempts : CloseReason::kClientClosed;
}

void Conversation::on_line(const Line& line, Actions& actions) {
  if (draining_) return close(CloseReason::kShuttingDown, actions);
  stranger_ = first_line_.judge(line.text);
  if (stranger_ != Stranger::kNone) return close(CloseReason::kForeignProtocol, actions);
  const Exposure::Sight sight = look_at(line.text);
  hear(line, sight, actions);
  exposure_.take();
}

Exposure::Sight Conversation::look_at(std::string_view line) {
  if (policy::is_tls(client_.link)) return Exposure::Sight::kNothing;
  const bool answers = state_ == State::kSasl || state_ == State::kExchange;
  return answers ? exposure_.see_answer(line) : exposure_.see(line);
}

void Conversation::hear(const Line& line, Exposure::Sight sight, Actions& actions) {
  const bool good = line.form == LineForm::kGood;
  if (!good) has_user_ = false;  // it may have named somebody else
  if (state_ == State::kSasl) {
    if (good) return on_sasl_step(sasl_->respond(line.text), actions);
    sasl_.reset();
    enter(State::kAuthorization, actions);
  }
  if (state_ == State::kExchange) {
    return good ? on_exchange_line(line.text, actions)
                : end_exchange(complaint_about(line.form), actions);
  }
  const Command command = good ? parse_command(line.text) : Command();
  if (command.verb == Verb::kUnknown) return on_garbage(line, sight, actions);
  on_command(command, actions);
}

void Conversation::on_command(const Command& command, Actions& actions) {
  switch (command.verb) {
    case Verb::kUser:
      return on_user(command, actions);
    case Verb::kPass:
      return on_pass(command, actions);
    case Verb::kAuth:
      return on_auth(command, actions);
    case Verb::kStls:
      return on_stls(command, actions);
    case Verb::kCapa:
      return on_capa(command, actions);
    case Verb::kQuit:
      return on_quit(command, actions);
    case Verb::kApop:
      return on_apop(command, actions);
    case Verb::kUnknown:
    case Verb::kUtf8:
    case Verb::kLang:
      return bad_command(Answer::kUnknownCommand, actions);
    case Verb::kNoop:
    case Verb::kStat:
    case Verb::kList:
    case Verb::kRetr:
    case Verb::kDele:
    case Verb::kTop:
    case Verb::kUidl:
      return untimely_command(actions);
    case Verb::kRset:  // says nothing to anybody, and is said by habit
      return reply(Answer::kLogInFirst, actions);
    case Verb::kLast:
      return reply(Answer::kObsolete, actions);
  }
}

// A line that is no command. Where logins are refused it may show a password all the same, as the
// next step of a refused exchange or in a spelling of its own; then it is said.
void Conversation::on_garbage(const Line& line, Exposure::Sight sight, Actions& actions) {
  if (sight != Exposure::Sight::kNothing) {
    const policy::Mechanism mechanism = exposure_.mechanism();
    const auto verdict = judge(mechanism, std::nullopt);
    if (!verdict.allowed() && verdict.ground == policy::Ground::kCleartext) {
      mechanism_ = mechanism;
      call(exposure_.name());
      return refuse(verdict, actions);
    }
  }
  const bool good = line.form == LineForm::kGood;
  bad_command(good ? Answer::kUnknownCommand : complaint_about(line.form), actions);
}

void Conversation::on_stls(const Command& command, Actions& actions) {
  if (command.argument) return bad_command(Answer::kStlsTakesNoArgument, actions);
  if (policy::is_tls(client_.link)) return bad_command(Answer::kTlsIsActive, actions);
  if (terms_.stls == Stls::kAbsent) return bad_command(Answer::kNoStlsHere, actions);
  reply("+OK begin TLS", actions);
  enter(State::kStartingTls, actions);
  actions.add(StartTlsDownstream{});
}

void Conversation::on_capa(const Command& command, Actions& actions) {
  if (command.argument) return bad_command(Answer::kCapaTakesNoArgument, actions);
  good_command(capability_reply(terms_, client_, Phase::kAuthorization, backend_terms_.known()),
               actions);
}

void Conversation::on_quit(const Command& command, Actions& actions) {
  if (command.argument) return bad_command(Answer::kQuitTakesNoArgument, actions);
  reply("+OK bye", actions);
  close(CloseReason::kQuit, actions);
}

void Conversation::on_expired(Deadline deadline, Actions& actions) {
  if (deadline == Deadline::kLogin) {
    if (owes_outcome()) reply(Answer::kLoginTimeout, actions);
    return close(refused_ ? CloseReason::kCleartextDisabled : CloseReason::kLoginTimeout, actions);
  }
  if (deadline == Deadline::kPenalty) return answer_failure(actions);
  on_upstream_lost(UpstreamLoss::kUnreachable, actions);
}

void Conversation::good_command(std::string text, Actions& actions) {
  patience_.good();
  actions.add(SendDownstream{std::move(text)});
}

// The last bad command gets its answer together with the farewell: one reply a command.
void Conversation::bad_command(Answer answer, Actions& actions) {
  note_let_through(actions);
  if (patience_.bad()) return close(CloseReason::kTooManyBadCommands, actions);
  reply(answer, actions);
}

void Conversation::untimely_command(Actions& actions) {
  if (patience_.untimely()) return close(CloseReason::kTooManyBadCommands, actions);
  reply(Answer::kLogInFirst, actions);
}

void Conversation::reply(Answer answer, Actions& actions) {
  actions.add(SendDownstream{std::string(text_of(answer))});
}

void Conversation::reply(std::string_view text, Actions& actions) {
  std::string line;
  line.reserve(text.size() + 2);
  line.append(text.substr(0, kLongestReply)).append("\r\n");
  actions.add(SendDownstream{std::move(line)});
}

void Conversation::close(CloseReason reason, Actions& actions) {
  enter(State::kClosed, actions);
  if (const auto farewell = traits_of(reason).reply; farewell != Answer::kSilence) {
    reply(farewell, actions);
  }
  actions.add(Close{reason});
}

// The one place where states change, so that each has its deadline. That of the login is absolute:
// a SASL exchange does not stop it, so nobody lives on by beginning and cancelling, and it runs on
// while a login waits for its admission.
void Conversation::enter(State state, Actions& actions) {
  if (state_ == state) return;
  const State before = std::exchange(state_, state);
  switch (state) {
    case State::kAuthorization:
      if (before != State::kSasl) actions.add(SetDeadline{Deadline::kLogin});
      return;
    case State::kConnecting:
      return actions.add(SetDeadline{Deadline::kConnect});
    case State::kBackendLogin:
      return actions.add(SetDeadline{Deadline::kBackendLogin});
    case State::kExchange:
      return actions.add(SetDeadline{Deadline::kLogin});
    case State::kPenalty:
      return actions.add(SetDeadline{Deadline::kPenalty});
    case State::kGreeting:
    case State::kSasl:
    case State::kStartingTls:
    case State::kAdmission:
    case State::kRelaying:
    case State::kClosed:
      return;
  }
}

}  // namespace postern::pop3
