// SPDX-License-Identifier: Apache-2.0
// A line of the log as the system's own logs want it: with a priority by its level, and bounded so
// that it fits into one datagram.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace postern::admin {

/// What syslogd(8) listens on, and journald.
inline constexpr const char* kSyslogPath = "/dev/log";
inline constexpr const char* kJournalPath = "/run/systemd/journal/socket";

/// What of a line is sent at most.
inline constexpr std::size_t kLongestSyslogLine = 8'000;
inline constexpr std::size_t kLongestJournalEntry = 64'000;

/// "<22>Nov 23 15:33:21 postern[7]: LINE": facility mail, local time. What is too long is cut, and
/// an ellipsis tells so.
std::string syslog_form(std::string_view line);

/// MESSAGE=LINE with PRIORITY, SYSLOG_IDENTIFIER and a field for each key, POSTERN_EVENT and so on,
/// as far as there is room.
std::string journal_form(std::string_view line);

}  // namespace postern::admin
