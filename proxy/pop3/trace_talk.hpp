// SPDX-License-Identifier: Apache-2.0
// What of a conversation's events and actions is told to whoever watches. The rest of them is no
// talk, or told by the session.
#pragma once

#include "proxy/pop3/authorization.hpp"
#include "proxy/pop3/event.hpp"
#include "proxy/pop3/shell.hpp"

namespace postern::pop3 {

/// `before`: where the conversation stood when it came.
void trace(const Event& event, Authorization::State before, Shell& shell);
void trace(const Action& action, Shell& shell);

}  // namespace postern::pop3
