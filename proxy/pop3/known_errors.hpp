// SPDX-License-Identifier: Apache-2.0
// What servers in the field mean by an `-ERR` that carries no response code: a table of their
// words. Without it a mailbox server that is away for a minute would read like a wrong password.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace postern::pop3 {

enum class ErrorKind : std::uint8_t {
  kUnknown,
  kTemporary,       // the server cannot serve this now
  kWrongPassword,   // or there is no such user
  kUnknownCommand,  // the server does not have it
  kNoSuchMessage,
};

/// What a login is refused with, and by whom.
struct ErrorContext {
  std::span<const std::string> temporary = {};  // more texts of the first kind; "*": any characters
  std::string_view user = {};  // servers repeat the name: what it says is not what they say
};

/// Of a refused login: kUnknown, kTemporary or kWrongPassword. `reply` is an `-ERR` line.
ErrorKind kind_of_login_error(std::string_view reply, const ErrorContext& context) noexcept;

/// Of a refused command after the login: all but kWrongPassword.
ErrorKind kind_of_command_error(std::string_view reply,
                                std::span<const std::string> temporary) noexcept;

}  // namespace postern::pop3
