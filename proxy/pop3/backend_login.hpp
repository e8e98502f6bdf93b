// Speaks one accepted credential to the backend as USER and PASS (RFC 1939 section 7): greeting in,
// USER out, answer in, PASS out, answer in. One reply a command; the password leaves once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "proxy/pop3/line_splitter.hpp"
#include "proxy/pop3/secret.hpp"

namespace postern::pop3 {

enum class LoginOutcome {
  kSend,         // `bytes` go upstream, then the next line is awaited
  kAccepted,     // the backend is in its transaction state
  kRefused,      // the credential was refused; `code` as the backend gave it
  kUnavailable,  // the backend does not serve now; `code` as it gave it
  kBroken,       // not a POP3 reply
};

struct LoginStep {
  LoginOutcome outcome = LoginOutcome::kBroken;
  Secret bytes;           // only with kSend
  std::string_view code;  // a response code or empty; static
};

class BackendLogin {
 public:
  explicit BackendLogin(Credential credential) noexcept : credential_(std::move(credential)) {}

  /// The backend's next line. Must not be called again after an outcome other than kSend.
  LoginStep on_line(const Line& line);

  std::string_view user() const noexcept { return credential_.user; }

 private:
  enum class State { kGreeting, kUser, kPass };

  LoginStep send(std::string_view verb, std::string_view argument) const;
  LoginStep refuse(std::string_view reply) const;

  State state_ = State::kGreeting;
  Credential credential_;
};

/// Whether a line is a status reply at all: "+OK" or "-ERR", alone or followed by a blank. What
/// stands behind may be too long or garbled; the meaning counts.
bool is_status_line(std::string_view line) noexcept;

/// A reply line of RFC 1939 section 3, with CRLF.
inline constexpr std::size_t kReplyBound = 512;

/// Nobody's status line: a backend that sends this much without a line end speaks no POP3.
inline constexpr std::size_t kEndlessLine = 65'536;

}  // namespace postern::pop3
