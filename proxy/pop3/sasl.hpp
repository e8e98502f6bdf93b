// SPDX-License-Identifier: Apache-2.0
// The server's half of SASL PLAIN (RFC 4616) and LOGIN over POP3 (RFC 5034): responses in, the next
// prompt, a credential or a refusal out.
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "policy/mechanism.hpp"
#include "proxy/pop3/secret.hpp"

namespace postern::pop3 {

/// Why an exchange ended without a credential.
enum class SaslFault {
  kCancelled,    // the client sent "*"
  kBadBase64,    // not strict base64
  kBadMessage,   // PLAIN without its two NULs, an empty name or password
  kBadName,      // control bytes in the name,
  kBadPassword,  // or in the password
  kForeignName,  // PLAIN with an authorization identity other than the name
};

/// Text to send after "+ ", already in base64; empty for the empty challenge.
struct SaslPrompt {
  std::string_view text;
};

using SaslStep = std::variant<SaslPrompt, Credential, SaslFault>;

class SaslExchange {
 public:
  /// `mechanism` is kPlain or kLogin.
  explicit SaslExchange(policy::Mechanism mechanism) noexcept : mechanism_(mechanism) {}

  /// Begins, with the initial response if AUTH carried one ("=" stands for an empty one).
  SaslStep begin(std::optional<std::string_view> initial_response);

  /// One response line of the client, in base64.
  SaslStep respond(std::string_view line);

  policy::Mechanism mechanism() const noexcept { return mechanism_; }
  /// The name, once LOGIN has told it; for the log.
  std::string_view user() const noexcept { return user_; }

 private:
  SaslStep take(const Secret& message);
  SaslStep take_plain(std::string_view message);
  SaslStep take_login(std::string_view message);

  policy::Mechanism mechanism_;
  bool has_user_ = false;  // LOGIN: the name has come
  std::string user_;
};

/// Whether a name can be spoken in a USER command and is taken there as it stands: not empty, no
/// control byte, no blank at either end.
bool is_speakable_user(std::string_view user) noexcept;

/// Whether a password can be spoken in a PASS command: not empty, no control byte.
bool is_speakable_password(std::string_view password) noexcept;

}  // namespace postern::pop3
