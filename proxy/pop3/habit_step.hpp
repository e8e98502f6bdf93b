// SPDX-License-Identifier: Apache-2.0
// What a client's command is among its habits: which kind of step, whatever else it says.
#pragma once

#include <string_view>

#include "policy/habits.hpp"
#include "proxy/pop3/command.hpp"
#include "proxy/pop3/transaction.hpp"

namespace postern::pop3 {

/// Of a command before the login; an unknown one, too.
policy::Step step_for(const Command& command) noexcept;

/// Of a request after it. `sent` ends with what goes on to the backend, if it does.
policy::Step step_for(const Request& request, std::string_view sent) noexcept;

}  // namespace postern::pop3
