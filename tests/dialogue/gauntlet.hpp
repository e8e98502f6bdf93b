// SPDX-License-Identifier: Apache-2.0
// A session of a hostile client and a hostile backend, any order, any split, STLS at any moment,
// under any policy, driven by a stream of decisions: random ones for the property test, a fuzzer's
// for the fuzzer.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tests/dialogue/gauntlet_lines.hpp"
#include "tests/dialogue/gauntlet_policy.hpp"
#include "tests/dialogue/oracle.hpp"

namespace postern::session_test {

class Gauntlet {
 public:
  /// STLS offered; the policy, the limits and the first link are decided.
  explicit Gauntlet(Decide decide);

  /// One event. Returns false when the session is over or a promise was broken.
  bool step();

  /// The first promise that was broken; empty for none.
  const std::string& broken() const noexcept { return oracle_.broken(); }
  const pop3::Dialogue& dialogue() const noexcept { return dialogue_; }
  const Seen& seen() const noexcept { return oracle_.seen(); }

 private:
  void somebody();
  void client();
  void backend();
  void shell();
  void decide_admission();
  void open_tls();
  void client_line();
  Lines login_lines();
  void end_client();
  std::string answer_to(std::string_view command);
  std::string odd_reply();
  std::string_view pick(Lines list) { return list[decide_(list.size())]; }

  Decide decide_;
  GauntletPolicy policy_;
  pop3::ClientTerms terms_;
  pop3::BackendTerms backend_terms_;
  Oracle oracle_;
  pop3::Spare spare_;
  bool by_user_;
  pop3::Dialogue dialogue_;
  bool tls_ = false;
  bool client_ended_ = false;
  bool in_step_ = true;    // the backend has answered one reply a command so far
  std::string to_say_;     // the client's bytes that were not yet fed
  std::string to_answer_;  // the backend's
};

}  // namespace postern::session_test
