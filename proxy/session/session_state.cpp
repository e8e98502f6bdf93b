// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/session_state.hpp"

#include <array>

namespace postern::session {

std::string_view name_of(State state) noexcept {
  constexpr std::array<std::string_view, kStateCount> kNames = {"handshake", "authorization",
                                                                "login", "transaction", "closing"};
  return kNames[static_cast<std::size_t>(state)];
}

}  // namespace postern::session
