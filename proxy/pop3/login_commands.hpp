// SPDX-License-Identifier: Apache-2.0
// The commands by which a client shows a password: USER and PASS (RFC 1939 section 7), and AUTH
// with the server's half of SASL PLAIN and LOGIN (RFC 5034). Each step is judged with what is known
// then; a password that is allowed goes on to the login.
#pragma once

#include <optional>
#include <string_view>

#include "proxy/pop3/authorization.hpp"
#include "proxy/pop3/command.hpp"
#include "proxy/pop3/login_claim.hpp"
#include "proxy/pop3/login_sequence.hpp"
#include "proxy/pop3/passed_exchange.hpp"
#include "proxy/pop3/sasl.hpp"

namespace postern::pop3 {

class LoginCommands {
 public:
  /// All must outlive it.
  LoginCommands(const ClientTerms& terms, const policy::Facts& client, LoginClaim& claim,
                Authorization& authorization, LoginSequence& login,
                PassedExchange& exchange) noexcept
      : terms_(terms),
        client_(client),
        claim_(claim),
        authorization_(authorization),
        login_(login),
        exchange_(exchange) {}

  void on_user(const Command& command, Actions& actions);
  void on_pass(const Command& command, Actions& actions);
  void on_auth(const Command& command, Actions& actions);
  /// The client's response, while State::kSasl lasts.
  void on_response(std::string_view line, Actions& actions);
  /// The exchange ends without an answer of its own.
  void drop_exchange(Actions& actions);

 private:
  void on_unknown_mechanism(const Command& command, Actions& actions);
  void on_step(SaslStep step, Actions& actions);

  const ClientTerms& terms_;
  const policy::Facts& client_;
  LoginClaim& claim_;
  Authorization& authorization_;
  LoginSequence& login_;
  PassedExchange& exchange_;
  std::optional<SaslExchange> sasl_;  // running
};

}  // namespace postern::pop3
