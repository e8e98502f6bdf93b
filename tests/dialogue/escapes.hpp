// SPDX-License-Identifier: Apache-2.0
// The escapes of a transcript: \r \n \t \0 \\ \xNN, and \{text*count} for a text many times over.
#pragma once

#include <string>
#include <string_view>

namespace postern::session_test {

/// Throws std::runtime_error for an escape that is none.
std::string unescape(std::string_view text);

/// For messages: every byte that is not printable ASCII as an escape, long texts shortened.
std::string escape(std::string_view bytes);

}  // namespace postern::session_test
