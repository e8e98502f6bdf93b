#include "proxy/admin/log.hpp"

#include <fmt/chrono.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <chrono>

namespace postern::admin {
namespace {

std::string timestamp() {
  const auto now = std::chrono::system_clock::now();
  const auto since = now.time_since_epoch();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(since).count() % 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(now)), ms);
}

}  // namespace

Log::Log() : sink_(open(target_).value()) {}

Log::~Log() = default;

std::expected<Log::Sink, std::string> Log::open(const std::string& target) {
  try {
    Sink sink;
    if (target == "stderr") {
      sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    } else {
      sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(target);
    }
    sink->set_formatter(std::make_unique<spdlog::pattern_formatter>("%v"));
    return sink;
  } catch (const spdlog::spdlog_ex& failure) {
    return std::unexpected(std::string(failure.what()));
  }
}

std::expected<void, std::string> Log::configure(const conf::Log& settings) {
  const std::lock_guard lock(mutex_);
  if (settings.target != target_) {
    auto sink = open(settings.target);
    if (!sink) return std::unexpected(sink.error());
    sink_ = *std::move(sink);
    target_ = settings.target;
  }
  level_ = settings.level;
  format_ = settings.format;
  return {};
}

std::expected<void, std::string> Log::reopen() {
  const std::lock_guard lock(mutex_);
  auto sink = open(target_);
  if (!sink) return std::unexpected(sink.error());
  sink_ = *std::move(sink);
  return {};
}

LogEntry Log::entry(conf::LogLevel level, std::string_view event) const {
  return {format_.load(), timestamp(), level, event};
}

void Log::write(conf::LogLevel level, const std::string& line) {
  if (!wants(level)) return;
  const std::lock_guard lock(mutex_);
  try {
    sink_->log(spdlog::details::log_msg("", spdlog::level::info, line));
    sink_->flush();
  } catch (const spdlog::spdlog_ex&) {
    // A full disk must not end the service; the line is lost.
  }
}

}  // namespace postern::admin
