// SPDX-License-Identifier: Apache-2.0
// A shell that knows what a gateway must never do, and remembers the first promise that was broken.
// It is told what the client was given to say and under which policy, and judges every call of the
// dialogue by that.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "policy/enum_set.hpp"
#include "proxy/pop3/dialogue.hpp"
#include "tests/dialogue/canary.hpp"
#include "tests/dialogue/gauntlet_policy.hpp"

namespace postern::session_test {

/// What happened in a session, to know that random ones reach everything.
struct Seen {
  std::uint32_t logins_in_clear = 0;  // that got a relay
  std::uint32_t passed_logins = 0;    // that got one by a mechanism which the backend judged
  std::uint32_t would_deny = 0;
  std::uint32_t old_tls = 0;  // refused for it
  std::uint32_t turned_away = 0;
  std::uint32_t crowded = 0;
  std::uint32_t without_route = 0;
  std::uint32_t by_user = 0;     // relays to a backend that only the admission named
  std::uint32_t known_down = 0;  // refused for a backend that only the name led to
  std::uint32_t waited = 0;      // for an admission, while other things happened
  std::uint32_t banished = 0;    // a right password, seen in clear, refused
};

class Oracle : public pop3::Shell {
 public:
  explicit Oracle(const GauntletPolicy& policy) : policy_(policy) {}

  pop3::Sink send_downstream(std::string_view bytes) override;
  pop3::Sink send_upstream(std::string_view bytes) override;
  bool is_hopeless(std::string_view user) const override;
  void start_tls() override;
  void admit(const pop3::Login& login) override;
  void judged(const pop3::LoginJudged& login) override;
  void remember_exposed(const pop3::Login& login) override;
  void connect_upstream() override;
  void close_upstream() override;
  void introduce() override;
  void relay_started() override;
  void set_deadline(pop3::Deadline deadline) override;
  void report(const pop3::Report& report) override;
  void traced(const pop3::TraceLine& line) override;
  void close(pop3::CloseReason reason) override;

  /// What the oracle has to know of the client's side.
  void client_says(std::string_view bytes);
  void tls_is_up(policy::Link version);
  /// Whom it judges: for what that says of itself. Must outlive every call of it.
  void watch(const pop3::Dialogue& dialogue) noexcept { dialogue_ = &dialogue; }
  /// What the login that is `admitting` is told: from now on it may go to the backend, or not.
  pop3::LoginAdmitted take_admission();
  void keep_waiting() noexcept { ++seen_.waited; }
  /// After every event.
  void look();

  /// Empty as long as every promise was kept.
  const std::string& broken() const noexcept { return broken_; }
  const Seen& seen() const noexcept { return seen_; }

  /// The backend is known when a login is admitted, and not before.
  bool by_user = false;
  /// Then: whose backend is down all the time; "*": everybody's; empty: nobody's.
  std::string_view down_for;

  /// The shell's side of the world.
  pop3::Sink downstream_sink = pop3::Sink::kOpen;
  pop3::Sink upstream_sink = pop3::Sink::kOpen;
  bool upgrading = false;   // start_tls() was called and TLS is not up
  bool connecting = false;  // connect_upstream() was called and not answered
  bool connected = false;
  bool admitting = false;  // admit() was called and not answered
  bool penalised = false;  // an answer is held back
  pop3::Admission admission = pop3::Admission::kFree;
  bool closed = false;
  bool client_gone = false;  // it reset its connection: nobody reads what was begun
  std::string commands;      // what went upstream and was not answered, for the backend's part

 private:
  // A login that was admitted, and what it may send.
  struct Trial {
    policy::Mechanism mechanism = policy::Mechanism::kUser;
    std::string user;
    std::string password;
    pop3::Admission admission = pop3::Admission::kFree;
  };

  void expect(bool kept, std::string_view promise);
  bool in_clear() const noexcept { return link_ == policy::Link::kPlaintext; }
  bool was_begun() const;
  bool knows_secret(std::string_view bytes) const noexcept;
  void check_line_downstream(std::string_view line);
  void check_prompt(std::string_view line);
  void check_line_upstream(std::string_view line);
  void check_login_upstream(std::string_view line);
  void check_auth_upstream(std::string_view name);
  void take_line(std::string_view line);

  const GauntletPolicy& policy_;
  const pop3::Dialogue* dialogue_ = nullptr;
  Canary clear_{kClearSecret};
  Canary open_{kOpenSecret};
  Canary sealed_{kSealedSecret};
  policy::Link link_ = policy::Link::kPlaintext;
  bool said_quit_ = false;
  bool greeted_ = false;
  bool connected_before_ = false;
  bool introduced_ = false;  // over the connection that is there
  bool asked_ = false;       // the backend was sent something, or connected to for a login
  bool relaying_ = false;
  bool must_end_ = false;     // something was said behind which the session does not go on
  bool let_through_ = false;  // the login at hand is in clear, and only reported
  bool would_deny_ = false;   // was reported, of the login that is being dealt with
  Trial asking_;              // while it is admitting
  std::optional<Trial> trial_;
  std::optional<Trial> left_;  // by a backend that had heard no secret: another one may be asked
  bool over_ = false;          // it was judged
  unsigned started_over_ = 0;  // times that it was
  // Since TLS, or since the beginning: mechanisms by which a login of alice's or bob's was said
  // completely, and those that only the backend can judge and that were begun.
  policy::EnumSet<policy::Mechanism> completed_;
  policy::EnumSet<policy::Mechanism> begun_;
  std::set<std::string> names_;     // said with USER on this link
  bool exchange_admitted_ = false;  // on this link
  std::string said_;                // the client's last line, so far
  std::string downstream_;          // the last, unfinished line
  std::string upstream_;            // likewise
  std::string broken_;
  Seen seen_;
};

}  // namespace postern::session_test
