// SPDX-License-Identifier: Apache-2.0
// Passwords that arrive where none may. Servers take many spellings that the standards do not know,
// and whoever listens minds none of them: so what a client says in clear is read here as the most
// patient server would, only to know whether a password was shown, and whose. Nothing acts on it;
// the one who typed the password is told that it was seen.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/mechanism.hpp"
#include "proxy/pop3/secret.hpp"

namespace postern::pop3 {

/// A password, or a bearer token.
struct Shown {
  policy::Mechanism mechanism = policy::Mechanism::kUser;
  Credential credential;  // as far as it can be told: either part may be empty
};

class Exposure {
 public:
  enum class Sight : std::uint8_t {
    kNothing,
    kStep,    // a response of an exchange that shows a password, without one in it
    kSecret,  // take() has it
  };

  /// A line of the client, whatever its form; all of them in turn, with what comes after them taken
  /// or not.
  Sight see(std::string_view line);
  /// The same for a line that is a response for certain, whatever it looks like.
  Sight see_answer(std::string_view line);

  /// What the last line showed; null when that is nothing, or is taken.
  const Shown* shown() const noexcept { return shown_ ? &*shown_ : nullptr; }
  /// The same, once.
  std::optional<Shown> take() noexcept;

  /// The mechanism of the last step or secret.
  policy::Mechanism mechanism() const noexcept { return mechanism_; }
  /// Who it is or was, if that was told; without control bytes.
  const std::string& name() const noexcept { return name_; }

 private:
  Sight see_command(std::string_view line);
  Sight see_auth(std::string_view argument);
  Sight see_response(std::string_view response);
  Sight see_plain(std::string_view response);
  Sight see_login(std::string_view response);
  Sight see_token(std::string_view response);
  Sight show(std::string_view password);

  bool in_exchange_ = false;     // the next line is a response
  bool expects_secret_ = false;  // and, of LOGIN, the one after the name
  policy::Mechanism mechanism_ = policy::Mechanism::kUser;
  std::string name_;
  std::optional<Shown> shown_;
};

}  // namespace postern::pop3
