// SPDX-License-Identifier: Apache-2.0
// A shell that only writes down what a dialogue asks of it. Downstream and upstream bytes and
// everything else are three channels: their order among each other depends on how reads were split,
// that within each does not.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/pop3/shell.hpp"

namespace postern::session_test {

class RecordingShell : public pop3::Shell {
 public:
  pop3::Sink send_downstream(std::string_view bytes) override;
  pop3::Sink send_upstream(std::string_view bytes) override;
  bool is_hopeless(std::string_view user) const override;
  std::string certified_user() const override { return certified; }
  void start_tls() override { note("tls"); }
  void admit(const pop3::Login& login) override;
  void judged(const pop3::LoginJudged& login) override;
  void remember_exposed(const pop3::Login& login) override;
  void connect_upstream() override { note("connect"); }
  void close_upstream() override { note("close-upstream"); }
  void introduce() override { send_upstream("INTRODUCTION\r\n"); }
  void relay_started() override { note("relay"); }
  void set_deadline(pop3::Deadline deadline) override;
  void report(const pop3::Report& report) override;
  void close(pop3::CloseReason reason) override;

  /// What the side says from now on when bytes are sent to it.
  pop3::Sink downstream_sink = pop3::Sink::kOpen;
  pop3::Sink upstream_sink = pop3::Sink::kOpen;

  /// Whose backend is down; "*": everybody's.
  std::set<std::string, std::less<>> down_for;

  std::string certified;  // whom the client's certificate names

  std::string downstream;
  std::string upstream;
  std::vector<std::string> notes;  // "connect", "close quit", "judged wrong AUTH", …
  std::vector<std::string> deadlines;
  std::string admitted;    // the name of the last login that was asked about
  std::string judgement;   // of the last login
  bool admitting = false;  // it waits for its answer,
  pop3::LoginAdmitted admission{pop3::Admission::kFree};  // which is this
  bool penalised = false;                                 // an answer is held back
  bool closed = false;
  bool called_after_close = false;  // a broken promise of the dialogue

  void forget();

 private:
  void note(std::string text);
};

std::string_view name_of(pop3::Deadline deadline) noexcept;
std::string_view name_of(pop3::Notice notice) noexcept;
std::string_view name_of(pop3::Judgement judgement) noexcept;

}  // namespace postern::session_test
