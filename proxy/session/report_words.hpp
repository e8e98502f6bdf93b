// SPDX-License-Identifier: Apache-2.0
// The words of the log for what a dialogue reports: the same in a session's line and in what
// `postern explain` foretells.
#pragma once

#include <string_view>

#include "conf/settings.hpp"
#include "proxy/admin/log_entry.hpp"
#include "proxy/pop3/event.hpp"

namespace postern::session {

struct ReportWords {
  conf::LogLevel level;
  std::string_view event;
  std::string_view reason;  // where the report itself has none
  std::string_view message;
};

ReportWords words_for(const pop3::Report& report) noexcept;

/// Whether it is about a decision of the policy; then its fields are those of add_decision().
bool tells_decision(pop3::Notice notice) noexcept;
void add_decision(admin::LogEntry& entry, const pop3::Report& report);

}  // namespace postern::session
