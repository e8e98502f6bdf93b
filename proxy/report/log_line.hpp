// SPDX-License-Identifier: Apache-2.0
// One line of the log, being read: the inverse of LogEntry, for both formats. Bytes come out as
// they went in.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/report/log_time.hpp"

namespace postern::report {

class LogLine {
 public:
  struct Field {
    std::string key;
    std::string value;
    friend bool operator==(const Field&, const Field&) = default;
  };

  /// Reads logfmt or JSON, also after the prefix that journalctl and syslog put before it. Nothing
  /// for a line that is not well formed or has no time or no event, and so is none of this log's.
  static std::optional<LogLine> parse(std::string_view line);

  /// Empty when there is no such field. Of two with one name the first counts: what is written
  /// first comes from the program.
  std::string_view get(std::string_view key) const noexcept;
  bool has(std::string_view key) const noexcept;

  Time time() const noexcept { return time_; }
  std::string_view event() const noexcept { return get("event"); }

  /// In the order of the line. Flags read "yes" and "no" in both formats.
  const std::vector<Field>& fields() const noexcept { return fields_; }

 private:
  const Field* find(std::string_view key) const noexcept;

  std::vector<Field> fields_;
  Time time_;
};

}  // namespace postern::report
