// SPDX-License-Identifier: Apache-2.0
// Who the client claims to be, in exchanges that only the backend can judge: for rules about users,
// for limits and for the log.
#pragma once

#include <string>
#include <string_view>

#include "policy/mechanism.hpp"

namespace postern::pop3 {

/// The name in a client's first message, decoded from base64. Empty where the mechanism does not
/// tell it (NTLM, GSSAPI), and where it is none that could be written into a log or a command.
std::string name_in(policy::Mechanism mechanism, std::string_view message);

}  // namespace postern::pop3
