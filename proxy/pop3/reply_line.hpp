// SPDX-License-Identifier: Apache-2.0
// The first line of a backend's reply, told by how it begins.
#pragma once

#include <cstddef>
#include <string_view>

namespace postern::pop3 {

/// Whether a line is a status reply at all: "+OK" or "-ERR", alone or followed by a blank. What
/// comes after it may be too long or garbled; the meaning counts.
bool is_status_line(std::string_view line) noexcept;

/// Whether a line asks for the next message of a SASL exchange (RFC 5034 section 4): "+", alone or
/// followed by a blank.
bool is_prompt(std::string_view line) noexcept;

/// A reply line of RFC 1939 section 3, with CRLF.
inline constexpr std::size_t kReplyBound = 512;

/// Nobody's status line: a backend that sends this much without a line end speaks no POP3.
inline constexpr std::size_t kEndlessLine = 65'536;

}  // namespace postern::pop3
