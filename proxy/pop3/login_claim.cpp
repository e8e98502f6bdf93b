// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/login_claim.hpp"

namespace postern::pop3 {

using policy::Doubt;
using policy::Ground;
using policy::Mechanism;
using policy::Verdict;

Verdict LoginClaim::judge(Mechanism mechanism, std::optional<std::string_view> user,
                          Doubt doubt) const noexcept {
  return terms_.judge(client_, mechanism, user, doubt);
}

bool LoginClaim::may_show_password() const noexcept {
  return !is_for_link(judge(Mechanism::kPlain, std::nullopt, Doubt::kAllows));
}

Exposure::Sight LoginClaim::look_at(std::string_view line, bool answers) {
  if (policy::is_tls(client_.link)) return Exposure::Sight::kNothing;
  return answers ? exposure_.see_answer(line) : exposure_.see(line);
}

void LoginClaim::call(std::string_view user) {
  if (!expects_password_ && !user.empty()) user_ = user;
}

void LoginClaim::note(Notice notice, const Verdict& verdict, Actions& actions) const {
  actions.add(Report{notice, mechanism_or_user(), verdict.rule, verdict.ground, verdict.decision,
                     verdict.force});
}

// Whose it was is not always known.
void LoginClaim::note_exposed(Shown shown, const Verdict& verdict, Actions& actions) {
  mechanism_ = shown.mechanism;
  call(shown.credential.user);
  note(Notice::kSecretExposed, verdict, actions);
  if (shown.credential.user.empty() || shown.credential.password.empty()) return;
  actions.add(RememberExposed{std::move(shown.credential)});
}

void LoginClaim::note_let_through(Actions& actions) {
  const Shown* const shown = exposure_.shown();
  if (shown == nullptr) return;
  std::optional<std::string_view> user;
  if (!shown->credential.user.empty()) user = shown->credential.user;
  const Verdict verdict = judge(shown->mechanism, user);
  const bool reported = verdict.decision == policy::Decision::kWouldDeny;
  if (!reported || verdict.ground != Ground::kCleartext) return;
  note_exposed(*exposure_.take(), verdict, actions);
}

bool LoginClaim::note_would_deny(Actions& actions) {
  std::optional<std::string_view> user;
  if (!user_.empty()) user = user_;
  const Verdict verdict = judge(mechanism_or_user(), user);
  allowed_by_ = verdict.decision == policy::Decision::kAllow ? verdict.rule : "";
  if (verdict.decision != policy::Decision::kWouldDeny) return false;
  note(Notice::kPolicyWouldDeny, verdict, actions);
  return verdict.ground == Ground::kCleartext && policy::shows_password(mechanism_or_user());
}

}  // namespace postern::pop3
