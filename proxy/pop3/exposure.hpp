// Passwords that arrive where none may, in spellings that are no command. Nothing acts on them; the
// one who typed the password is told that it was seen.
#pragma once

#include <optional>
#include <string_view>

#include "policy/mechanism.hpp"

namespace postern::pop3 {

/// By which mechanism a line shows a password to whoever listens, whatever garbage, blanks and
/// control bytes stand around its words: PASS with something behind it, or AUTH PLAIN with a
/// response. Empty when it shows none.
std::optional<policy::Mechanism> shown_password(std::string_view line) noexcept;

}  // namespace postern::pop3
