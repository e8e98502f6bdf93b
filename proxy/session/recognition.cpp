// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/recognition.hpp"

namespace postern::session {

void Recognition::add_name(admin::LogEntry& entry) const {
  if (is_known()) entry.add("client", name_);
}

void Recognition::add_change(admin::LogEntry& entry) const {
  add_name(entry);
  const std::string_view change = clients_.change_for(name_);
  if (!change.empty()) entry.add("change", change);
}

void Recognition::add_looks(admin::LogEntry& entry, const admin::Log& log) const {
  entry.add("client", name_);
  if (is_known() && !log.wants(conf::LogLevel::kDebug)) return;
  if (hello_.seen()) entry.add("hello", text_of(hello_));
  if (!habits_.steps().empty()) entry.add("dialogue", text_of(habits_));
}

}  // namespace postern::session
