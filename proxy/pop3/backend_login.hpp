// SPDX-License-Identifier: Apache-2.0
// Speaks one accepted credential to the backend, as USER and PASS (RFC 1939 section 7) or as AUTH
// PLAIN (RFC 5034): greeting in, command out, answer in. One reply a command. The password leaves
// once; only where the way was chosen by the backend's own list, and turned out not to work, does
// it leave once more on the other one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "policy/backend.hpp"
#include "proxy/pop3/line_splitter.hpp"
#include "proxy/pop3/login_step.hpp"
#include "proxy/pop3/reply_line.hpp"
#include "proxy/pop3/secret.hpp"

namespace postern::pop3 {

class BackendLogin {
 public:
  /// `line_bound` is of the backend's commands, with their CRLF. What does not fit into one may
  /// still fit into a message of SASL, whose lines are longer.
  explicit BackendLogin(Credential credential,
                        policy::BackendAuth auth = policy::BackendAuth::kUserPass,
                        std::size_t line_bound = kReplyBound) noexcept
      : auth_(auth), line_bound_(line_bound), credential_(std::move(credential)) {}

  /// Before begin(): how it is spoken there, and the name that the user has there, empty for the
  /// same.
  void address(policy::BackendAuth auth, std::string_view name) {
    auth_ = auth;
    if (!name.empty()) credential_.user = name;
  }

  /// Whether there is a way at all to say the name and the password.
  bool speakable() const noexcept {
    return auth_ != policy::BackendAuth::kUserPass || fits_commands();
  }

  /// The connection has greeted, before this login began.
  LoginStep begin();

  /// Over another connection, from its greeting on. Only while no secret has left.
  void start_over() noexcept;

  /// The backend's next line. Must not be called again after an outcome other than kSend.
  LoginStep on_line(const Line& line, const ErrorContext& context = {});

  /// Whether the backend may say more after this line before it is asked again: its list of
  /// capabilities has many.
  bool expects_more_behind(const Line& line) const noexcept;

  /// Whether the backend has heard something of it, and no secret.
  bool may_start_over() const noexcept { return state_ != State::kGreeting && !secret_sent_; }
  /// Whether the backend may have judged the password: it has left.
  bool has_sent_secret() const noexcept { return secret_sent_; }
  std::string_view user() const noexcept { return credential_.user; }
  /// Empty once it was sent and cannot be needed again.
  std::string_view password() const noexcept { return credential_.password.reveal(); }

 private:
  enum class State : std::uint8_t { kGreeting, kCapa, kCapaList, kUser, kAuth, kSecret };

  bool fits_commands() const noexcept;
  LoginStep begin_user();
  LoginStep begin_plain();
  LoginStep on_capability(std::string_view line);
  LoginStep send_plain();
  LoginStep on_refused(std::string_view reply, const ErrorContext& context);

  State state_ = State::kGreeting;
  policy::BackendAuth auth_;
  bool has_plain_ = false;  // as its CAPA says
  bool secret_sent_ = false;
  bool may_retry_ = false;        // PLAIN was chosen by the list, and USER was not tried yet
  std::size_t capabilities_ = 0;  // lines of it
  std::size_t line_bound_;
  Credential credential_;
};

}  // namespace postern::pop3
