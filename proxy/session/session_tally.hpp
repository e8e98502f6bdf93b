// SPDX-License-Identifier: Apache-2.0
// One session's part in metrics: from its first moment to its last it is counted in exactly one
// state, and when it is gone, as ended by somebody. What happens to it is counted as it happens.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "policy/guess_ruling.hpp"
#include "policy/link.hpp"
#include "policy/mechanism.hpp"
#include "proxy/pop3/close_reason.hpp"
#include "proxy/pop3/event.hpp"
#include "proxy/session/evidence.hpp"
#include "proxy/session/recognition.hpp"
#include "proxy/session/session_state.hpp"
#include "proxy/session/tallies.hpp"
#include "tls/agreement.hpp"

namespace postern::session {

class SessionTally {
 public:
  /// A connection became a session now. The tallies outlive it.
  SessionTally(Tallies& tallies, const Evidence& evidence, std::string_view listener);
  ~SessionTally();
  SessionTally(const SessionTally&) = delete;
  SessionTally& operator=(const SessionTally&) = delete;

  const Evidence& evidence() const noexcept { return evidence_; }

  /// From now on it counts as that listener's.
  void move_to(std::string_view listener);
  void enter(State state) noexcept;

  /// STLS was accepted.
  void begin_stls() noexcept { behind_stls_ = true; }
  void begin_handshake() noexcept { handshake_begun_ = evidence_.loop.now(); }
  void secured(const tls::Agreement& agreed);

  /// What the policy made of a login, or of a password that came in clear.
  void note(const pop3::Report& report);
  /// The rule that allows a login; empty: it would be refused.
  void allowed_by(std::string_view rule);

  /// What became of a login.
  void logged_in(std::string_view backend, std::chrono::milliseconds took);
  /// `rule` is the key of a limit that said so; or empty.
  void refused(std::string_view event, std::string_view reason, std::string_view rule = {});
  void remembered();
  /// What a wrong password brought.
  void ruled(const policy::FailureRuling& ruling);
  void limited(std::string_view limit);

  /// The last word is said. `backend` is where a login went last; empty: to none. Which mail
  /// program it was.
  Recognition closed(pop3::CloseReason reason, std::string_view backend);

 private:
  policy::Link link() const noexcept;
  void count_attempt(std::optional<policy::Mechanism> mechanism, std::string_view result,
                     std::string_view reason);
  void count_unfinished(pop3::CloseReason reason);

  Tallies& tallies_;
  Evidence evidence_;
  ListenerTally* listener_;
  std::chrono::milliseconds begun_;
  std::chrono::milliseconds handshake_begun_{0};
  State state_ = State::kHandshake;
  pop3::EndedBy ended_by_ = pop3::EndedBy::kGateway;  // as long as nobody has
  bool behind_stls_ = false;
};

}  // namespace postern::session
