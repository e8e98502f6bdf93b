// SPDX-License-Identifier: Apache-2.0
// The words of the log for a login that got nobody in: whether it was a guess, which is what
// filters count, or failed for a reason that is nobody's fault.
#pragma once

#include <string_view>

#include "policy/guess_ruling.hpp"
#include "proxy/pop3/event.hpp"

namespace postern::session {

struct LoginWords {
  std::string_view event;  // "auth_failed" for a guess, "login_refused" for everything else
  std::string_view reason;
  std::string_view message;
};

/// Of a login that the backend was not asked about, because it has just refused it.
inline constexpr LoginWords kRememberedWords = {
    "login_refused", "remembered", "the same wrong password again; the backend was not asked"};

/// Of a login that no route fits.
inline constexpr LoginWords kNoRouteWords = {"login_refused", "no_route",
                                             "no [[route]] leads this login to a backend"};

/// Of a login whose user has too many sessions already.
inline constexpr LoginWords kCrowdedWords = {
    "login_refused", "connection_limit",
    "this user has as many sessions as limits.max_connections_per_user allows"};

/// Of a login that was not right. `guess` counts only for one that was wrong.
LoginWords words_for(const pop3::LoginJudged& login, policy::Guess guess) noexcept;

struct GateWords {
  std::string_view reason;
  std::string_view message;
};

/// Of a login that was turned away, or would have been; empty where the gate was open.
GateWords words_for(policy::Gate gate) noexcept;

}  // namespace postern::session
