// SPDX-License-Identifier: Apache-2.0
// What happens to a conversation, and what it asks for in return. Values; the session feeds the
// first and executes the second, in order.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "policy/verdict.hpp"
#include "proxy/pop3/close_reason.hpp"
#include "proxy/pop3/command.hpp"
#include "proxy/pop3/line_splitter.hpp"
#include "proxy/pop3/secret.hpp"

namespace postern::pop3 {

/// The deadlines of the phases before the relay; the session knows how long each is.
enum class Deadline : std::uint8_t {
  kLogin,
  kConnect,
  kBackendLogin,
  kPenalty,  // how long the answer to a wrong password is held back
};

/// Why the connection to the backend is of no use.
enum class UpstreamLoss : std::uint8_t { kUnreachable, kClosed, kProtocol };

struct Opened {};  // the link is ready: after accept, or after TLS
struct LineReceived {
  Line line;
};  // from the client
/// What is known of a login before the backend is asked.
enum class Admission : std::uint8_t {
  kFree,
  kSeenInClear,  // this very password came in clear before
  kTurnedAway,   // too many wrong passwords
  kRemembered,   // the backend has just refused it, again and again: it is not asked
  kNoRoute,      // no backend is meant for it
  kCrowded,      // its user has as many sessions as one may have
};
struct BackendTerms;
/// The answer to AdmitLogin.
struct LoginAdmitted {
  Admission admission;
  std::string_view code = {};  // of what is remembered: as the client read it then; static
  /// Of a login that goes on: where to. Outlives the dialogue; what was reached early is that one.
  const BackendTerms* backend = nullptr;
  std::string_view name = {};  // by which the backend knows the user; empty: as typed. Lent
};
struct UpstreamConnected {};
struct UpstreamLineReceived {
  Line line;
};  // from the backend
struct UpstreamLost {
  UpstreamLoss loss;
};
struct Expired {
  Deadline deadline;
};
struct ClientLost {};  // nothing that is said reaches it any more
struct DrainRequested {};

using Event = std::variant<Opened, LineReceived, LoginAdmitted, UpstreamConnected,
                           UpstreamLineReceived, UpstreamLost, Expired, ClientLost, DrainRequested>;

/// How a login ended, of the backend's side.
enum class Judgement : std::uint8_t {
  kRight,
  kWrong,       // the secret was refused
  kRefused,     // something else was: `code` tells
  kUnanswered,  // the backend could not be asked, or gave no answer
  kKnownDown,   // it is known to be down: the client was told before it said its secret
  kGarbled,     // its answer was no POP3
  kUnvouched,   // it does not know us, and so cannot take our word for the user
};

/// Security events, for the log. Nothing but the log depends on them.
enum class Notice : std::uint8_t {
  kPolicyDenied,
  kPolicyWouldDeny,
  kSecretExposed,
  kExposedInUse,  // the backend took a password that had come in clear before
  kProtocolViolation,
  kCapabilitiesChanged,  // the backend's, since they were last seen
  kIntroductionRefused,  // it does not want to be told the client's address
};

/// Whose words a reply is made of. What a backend says before the login may be a challenge.
enum class Wording : std::uint8_t { kOurs, kBackends };
struct SendDownstream {
  std::string bytes;
  Wording wording = Wording::kOurs;
};
struct StartTlsDownstream {};  // after everything before it has been sent
/// A complete login, as its shell sees it. Lent for a call.
struct Login {
  std::string_view user;       // outside data; empty where the backend alone learns it
  std::string_view password;   // empty for mechanisms that show none
  std::string_view rule = {};  // the policy's that allows it; empty: it would be refused
};
/// A secret that came in clear, and whose: to be remembered as a digest, and never sent.
struct RememberExposed {
  Credential credential;

  Login login() const noexcept { return {credential.user, credential.password.reveal()}; }
};
/// A login is complete and allowed. LoginAdmitted answers, maybe much later; until then the backend
/// hears nothing of it.
struct AdmitLogin {};
/// Whether the client still waits for the judgement.
enum class Presence : std::uint8_t { kThere, kGone };
/// What became of a login; once at most for each, and none of one that was given up before the
/// backend could judge it. When the secret was wrong, Deadline::kPenalty follows, of
/// the length that this try deserves.
struct LoginJudged {
  Judgement judgement;
  std::string_view code;  // that the client reads; static, empty for none
  Presence presence = Presence::kThere;
};
struct ConnectUpstream {};
/// Tells the backend, in a command, where the client comes from.
struct Introduce {};
struct SendUpstream {
  Secret bytes;
  Verb verb = Verb::kUnknown;  // that they begin with; unknown: they are a message of an exchange
};
struct CloseUpstream {};  // a bare close, never a QUIT
struct StartRelay {};     // the conversation is over and can be destroyed
struct SetDeadline {
  Deadline deadline;
};
struct Report {
  Notice notice;
  policy::Mechanism mechanism;
  std::string_view detail;  // of the policy's notices the rule, of others the response code
  policy::Ground ground = policy::Ground::kNone;
  policy::Decision decision = policy::Decision::kDeny;  // of the policy's notices
  policy::Force force = policy::Force::kFull;           // likewise
};
struct Close {
  CloseReason reason;
};

using Action = std::variant<SendDownstream, StartTlsDownstream, RememberExposed, AdmitLogin,
                            LoginJudged, ConnectUpstream, Introduce, SendUpstream, CloseUpstream,
                            StartRelay, SetDeadline, Report, Close>;

/// A short list without an allocation. One event never asks for more than it holds.
class Actions {
 public:
  void add(Action action) { list_.at(size_++) = std::move(action); }
  Action* begin() noexcept { return list_.data(); }
  Action* end() noexcept { return list_.data() + size_; }

 private:
  std::array<Action, 8> list_;
  std::size_t size_ = 0;
};

}  // namespace postern::pop3
