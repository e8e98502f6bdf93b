// SPDX-License-Identifier: Apache-2.0
// How far a session has come, in the words that its administrator reads wherever sessions are
// counted or listed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace postern::session {

enum class State : std::uint8_t {
  kHandshake,      // TLS begins, or the session has only just been accepted
  kAuthorization,  // the client may log in
  kLogin,          // it waits for the outcome of a login
  kTransaction,    // it is logged in
  kClosing,        // the last words are on their way
};

inline constexpr std::size_t kStateCount = static_cast<std::size_t>(State::kClosing) + 1;

/// "handshake", "authorization", "login", "transaction", "closing".
std::string_view name_of(State state) noexcept;

}  // namespace postern::session
