// SPDX-License-Identifier: Apache-2.0
// The lines at the head of a transcript: under which terms, and with whom, it is held.
#pragma once

#include <string_view>

#include "tests/dialogue/transcript.hpp"

namespace postern::session_test {

/// Takes one line of it. Throws std::runtime_error for one that is none.
void set_header(Transcript& transcript, std::string_view line);

}  // namespace postern::session_test
