// SPDX-License-Identifier: Apache-2.0
// The extended response codes that a backend's `-ERR` may carry (RFC 2449 section 8, RFC 3206).
#pragma once

#include <string_view>

namespace postern::pop3 {

/// The code in "-ERR [CODE] text", in its standard spelling: IN-USE, LOGIN-DELAY, SYS/TEMP,
/// SYS/PERM or AUTH. Empty when there is none, or none that we know: unknown ones could name the
/// inside.
std::string_view response_code_of(std::string_view reply) noexcept;

/// A sentence for a person, fit to stand after the code; empty for an unknown code.
std::string_view explanation_of(std::string_view code) noexcept;

}  // namespace postern::pop3
