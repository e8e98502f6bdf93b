// Where lines go: standard error or a file, through spdlog's sinks, from any thread. Format and
// level can change while running; so can the target.
#pragma once

#include <atomic>
#include <expected>
#include <memory>
#include <mutex>
#include <string>

#include "conf/settings.hpp"
#include "proxy/admin/log_entry.hpp"

namespace spdlog::sinks {
class sink;
}

namespace postern::admin {

class Log {
 public:
  /// Writes to standard error until configured.
  Log();
  ~Log();
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

  /// Writes a line, if its level is wanted.
  void write(conf::LogLevel level, const std::string& line);

 private:
  using Sink = std::shared_ptr<spdlog::sinks::sink>;
  static std::expected<Sink, std::string> open(const std::string& target);

  std::atomic<conf::LogLevel> level_{conf::LogLevel::kInfo};
  std::atomic<conf::LogFormat> format_{conf::LogFormat::kLogfmt};
  std::mutex mutex_;
  std::string target_ = "stderr";
  Sink sink_;
};

}  // namespace postern::admin
