// SPDX-License-Identifier: Apache-2.0
// One line of the log, being written: the same keys as logfmt or as JSON. What comes from outside
// is cut to a bound; what of it cannot be seen is escaped, so that nobody can forge a line or a
// field. UTF-8 that can be seen stays as it is.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "conf/settings.hpp"
#include "proxy/admin/user_mask.hpp"

namespace postern::admin {

class LogEntry {
 public:
  /// `time` as in "2026-11-23T15:33:21.042Z"; `event` is one of the documented words. `mask`, which
  /// must outlive the entry, says how users are named; without one, as they are.
  LogEntry(conf::LogFormat format, std::string_view time, conf::LogLevel level,
           std::string_view event, const UserMask* mask = nullptr);

  /// Empty text is left out; of more than 255 bytes the rest is, and an ellipsis tells so.
  LogEntry& add(std::string_view key, std::string_view value);
  LogEntry& add(std::string_view key, std::uint64_t value);
  /// `user`, the one field that has a name of somebody. Empty is left out.
  LogEntry& add_user(std::string_view name);
  LogEntry& add_flag(std::string_view key, bool value);
  LogEntry& add_seconds(std::string_view key, std::uint64_t milliseconds);

  /// The finished line without a line end. The message comes last.
  std::string finish(std::string_view message);

 private:
  void begin(std::string_view key);
  void append_word(std::string_view value);
  void append_quoted(std::string_view value);

  conf::LogFormat format_;
  const UserMask* mask_;
  std::string line_;
};

/// "debug", "info", "warn", "error".
std::string_view name_of(conf::LogLevel level) noexcept;

}  // namespace postern::admin
