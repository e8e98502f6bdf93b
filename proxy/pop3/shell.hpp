// SPDX-License-Identifier: Apache-2.0
// What a dialogue needs done in the world: the one interface between the protocol and whoever owns
// the sockets. Implementations only note or send; they never call the dialogue from inside a call.
#pragma once

#include <cstdint>
#include <string_view>

#include "proxy/pop3/event.hpp"
#include "proxy/pop3/outlook.hpp"
#include "proxy/pop3/trace_line.hpp"

namespace postern::pop3 {

enum class Sink : std::uint8_t { kOpen, kFull };

class Shell : public Outlook {
 public:
  /// The bytes are lent for the call, and all of them are taken. kFull: the side has not passed
  /// them on yet; nothing more should be sent there until unblock_downstream() or
  /// unblock_upstream().
  virtual Sink send_downstream(std::string_view bytes) = 0;
  virtual Sink send_upstream(std::string_view bytes) = 0;

  /// After everything sent so far is out, the client's link becomes TLS.
  virtual void start_tls() = 0;

  /// Asked once for each login, before the backend is. Answered later by on_admitted(): at once
  /// when the dialogue has returned, or whenever the answer is known.
  virtual void admit(const Login& login) = 0;
  /// Told when a login has its outcome. One that still waits for its admission is given up with it.
  virtual void judged(const LoginJudged& login) = 0;
  /// A password that came in clear and was refused: what may be kept of it is a keyed digest.
  virtual void remember_exposed(const Login& login) = 0;

  /// Answered later by on_upstream_connected() or on_upstream_lost().
  virtual void connect_upstream() = 0;
  virtual void close_upstream() = 0;
  /// Sends introduction_line() upstream, of the client as it has come. Only where the backend's
  /// terms ask for a command.
  virtual void introduce() = 0;

  /// The client speaks to the backend; from now on idleness is what counts.
  virtual void relay_started() = 0;
  virtual void set_deadline(Deadline deadline) = 0;
  virtual void report(const Report& report) = 0;

  /// The conversation has come to another of its phases: for the log, so not every shell cares.
  virtual void entered(std::string_view /*phase*/) {}
  /// What was said, for whoever watches; only while somebody does.
  virtual void traced(const TraceLine& /*line*/) {}

  /// The session ends when everything sent so far is out. Called once; nothing follows.
  virtual void close(CloseReason reason) = 0;
};

}  // namespace postern::pop3
