// SPDX-License-Identifier: Apache-2.0
// The client's side of logins that only the backend can judge: APOP, SASL mechanisms that prove a
// password without showing it, or show a bearer token, and EXTERNAL, which asks it to take our word
// for who has shown a certificate. Each message is judged by the policy and
// checked for its form before it may go on.
#pragma once

#include <optional>
#include <string_view>

#include "proxy/pop3/authorization.hpp"
#include "proxy/pop3/command.hpp"
#include "proxy/pop3/early_upstream.hpp"
#include "proxy/pop3/login_claim.hpp"
#include "proxy/pop3/login_sequence.hpp"

namespace postern::pop3 {

class PassedExchange {
 public:
  /// All must outlive it.
  PassedExchange(const ClientTerms& terms, LoginClaim& claim, Authorization& authorization,
                 LoginSequence& login, const EarlyUpstream& early) noexcept
      : terms_(terms), claim_(claim), authorization_(authorization), login_(login), early_(early) {}

  void on_apop(const Command& command, Actions& actions);
  /// AUTH by such a mechanism, with the initial response that it carried, if any.
  void begin(policy::Mechanism mechanism, std::optional<std::string_view> response,
             Actions& actions);
  /// A message of the client, as AUTH carried it or in answer to the backend's prompt.
  void on_message(std::string_view line, Actions& actions);
  /// It ends here, with this answer.
  void end(Answer answer, Actions& actions);

 private:
  void begin_here(policy::Mechanism mechanism, Actions& actions);
  void begin_external(std::optional<std::string_view> response, Actions& actions);
  void on_identity(std::string_view line, Actions& actions);
  bool take(std::string_view line, Actions& actions);
  void refuse(const policy::Verdict& verdict, Actions& actions);

  const ClientTerms& terms_;
  LoginClaim& claim_;
  Authorization& authorization_;
  LoginSequence& login_;
  const EarlyUpstream& early_;
};

}  // namespace postern::pop3
