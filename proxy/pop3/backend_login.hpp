// Speaks one accepted credential to the backend, as USER and PASS (RFC 1939 section 7) or as AUTH
// PLAIN (RFC 5034): greeting in, command out, answer in. One reply a command; the password leaves
// once.
#pragma once

#include <cstdint>
#include <string_view>

#include "proxy/pop3/line_splitter.hpp"
#include "proxy/pop3/login_step.hpp"
#include "proxy/pop3/secret.hpp"

namespace postern::pop3 {

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

  /// Whether the backend may have judged the password: it has left.
  bool has_sent_secret() const noexcept { return state_ == State::kSecret; }
  std::string_view user() const noexcept { return credential_.user; }
  /// Empty once it was sent.
  std::string_view password() const noexcept { return credential_.password.reveal(); }

 private:
  enum class State : std::uint8_t { kGreeting, kCapa, kCapaList, kUser, kAuth, kSecret };

  LoginStep begin_user();
  LoginStep begin_plain();
  LoginStep on_capability(std::string_view line);
  LoginStep send_plain();

  State state_ = State::kGreeting;
  UpstreamAuth auth_;
  bool has_plain_ = false;  // as its CAPA says
  unsigned capabilities_ = 0;
  Credential credential_;
};

}  // namespace postern::pop3
