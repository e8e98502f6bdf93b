// Speaks one accepted credential to the backend, as USER and PASS (RFC 1939 section 7) or as AUTH
// PLAIN (RFC 5034): greeting in, command out, answer in. One reply a command; the password leaves
// once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "proxy/pop3/line_splitter.hpp"
#include "proxy/pop3/secret.hpp"

namespace postern::pop3 {

enum class LoginOutcome {
  kSend,         // `bytes` go upstream, then the next line is awaited
  kMore,         // nothing to do: the backend has more to say
  kPrompt,       // the client has to answer `prompt`
  kAccepted,     // the backend is in its transaction state
  kRefused,      // the credential was refused; `code` as the backend gave it
  kUnsupported,  // the backend does not know this way to log in
  kUnavailable,  // the backend does not serve now; `code` as it gave it
  kBroken,       // not a POP3 reply
};

struct LoginStep {
  LoginOutcome outcome = LoginOutcome::kBroken;
  Secret bytes;                  // only with kSend
  std::string_view code;         // a response code or empty; static
  std::string_view prompt = {};  // only with kPrompt; a line without CRLF, valid until the next
};

/// How an accepted password is spoken to the backend.
enum class UpstreamAuth : std::uint8_t {
  kUserPass,
  kSaslPlain,  // RFC 4616 over RFC 5034: for names and passwords that USER and PASS cannot carry
  kAuto,       // PLAIN where the backend's CAPA lists it
};

class BackendLogin {
 public:
  explicit BackendLogin(Credential credential, UpstreamAuth auth = UpstreamAuth::kUserPass) noexcept
      : auth_(auth), credential_(std::move(credential)) {}

  /// The connection has greeted, before this login began.
  LoginStep begin();

  /// The backend's next line. Must not be called again after an outcome other than kSend.
  LoginStep on_line(const Line& line);

  /// Whether the backend may say more behind this line before it is asked again: its list of
  /// capabilities has many.
  bool expects_more_behind(const Line& line) const noexcept;

  std::string_view user() const noexcept { return credential_.user; }
  /// Empty once it was sent.
  std::string_view password() const noexcept { return credential_.password.reveal(); }

 private:
  enum class State : std::uint8_t { kGreeting, kCapa, kCapaList, kUser, kAuth, kSecret };

  LoginStep begin_user();
  LoginStep begin_plain();
  LoginStep on_prompt();
  LoginStep on_capability(std::string_view line);
  LoginStep send(std::string_view verb, std::string_view argument) const;
  LoginStep send_plain();
  LoginStep refuse(std::string_view reply) const;

  State state_ = State::kGreeting;
  UpstreamAuth auth_;
  bool has_plain_ = false;  // as its CAPA says
  unsigned capabilities_ = 0;
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
