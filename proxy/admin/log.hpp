// What the program has to say, from any thread, and nobody who says it ever waits. Format and level
// can change while running; so can the target.
#pragma once

#include <atomic>
#include <cstdint>
#include <expected>
#include <mutex>
#include <string>
#include <string_view>

#include "conf/settings.hpp"
#include "proxy/admin/log_entry.hpp"
#include "proxy/admin/log_writer.hpp"

namespace postern::admin {

class Log {
 public:
  /// Writes to standard error until configured.
  Log();
  /// Writes what is left, as far as it is taken within a moment.
  ~Log() = default;
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// Takes on new settings, or says why it cannot open its target; then nothing has changed.
  [[nodiscard]] std::expected<void, std::string> configure(const conf::Log& settings);

  /// Opens the file anew under its name, after somebody has moved it away. On failure the old one
  /// stays in use.
  [[nodiscard]] std::expected<void, std::string> reopen();

  bool wants(conf::LogLevel level) const noexcept { return level >= level_.load(); }

  /// Begins a line of now.
  LogEntry entry(conf::LogLevel level, std::string_view event) const;

  /// Hands a line to the writer, if its level is wanted.
  void write(conf::LogLevel level, std::string_view line);

  /// Lines since the start that found no room, or could not be written.
  std::uint64_t lost() const noexcept { return writer_.lost(); }

 private:
  std::string tell_lost(std::uint64_t lines) const;

  std::atomic<conf::LogLevel> level_{conf::LogLevel::kInfo};
  std::atomic<conf::LogFormat> format_{conf::LogFormat::kLogfmt};
  std::mutex mutex_;  // guards target_
  std::string target_ = "stderr";
  LogWriter writer_;  // last: its thread asks for the format
};

}  // namespace postern::admin
