#include "proxy/admin/log_entry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace postern::admin {
namespace {

// logfmt leaves a value bare when nothing in it could be mistaken for its end.
bool is_plain(char c) noexcept { return c > 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '='; }

bool is_bare(std::string_view value) noexcept {
  return !value.empty() && std::ranges::all_of(value, is_plain);
}

}  // namespace

std::string_view name_of(conf::LogLevel level) noexcept {
  switch (level) {
    case conf::LogLevel::kDebug:
      return "debug";
    case conf::LogLevel::kInfo:
      return "info";
    case conf::LogLevel::kWarn:
      return "warn";
    case conf::LogLevel::kError:
      return "error";
  }
  __builtin_unreachable();
}

LogEntry::LogEntry(conf::LogFormat format, std::string_view time, conf::LogLevel level,
                   std::string_view event)
    : format_(format) {
  line_.reserve(384);
  add("ts", time).add("level", name_of(level)).add("event", event);
}

void LogEntry::begin(std::string_view key) {
  if (format_ == conf::LogFormat::kJson) {
    line_ += line_.empty() ? '{' : ',';
    append_quoted(key);
    line_ += ':';
  } else {
    if (!line_.empty()) line_ += ' ';
    line_ += key;
    line_ += '=';
  }
}

LogEntry& LogEntry::add(std::string_view key, std::string_view value) {
  if (value.empty()) return *this;
  begin(key);
  append_word(value);
  return *this;
}

LogEntry& LogEntry::add(std::string_view key, std::uint64_t value) {
  begin(key);
  fmt::format_to(std::back_inserter(line_), "{}", value);
  return *this;
}

LogEntry& LogEntry::add_flag(std::string_view key, bool value) {
  begin(key);
  const bool json = format_ == conf::LogFormat::kJson;
  line_ += value ? (json ? "true" : "yes") : (json ? "false" : "no");
  return *this;
}

LogEntry& LogEntry::add_seconds(std::string_view key, std::uint64_t milliseconds) {
  begin(key);
  fmt::format_to(std::back_inserter(line_), "{}.{:03}", milliseconds / 1000, milliseconds % 1000);
  return *this;
}

void LogEntry::append_word(std::string_view value) {
  if (format_ == conf::LogFormat::kLogfmt && is_bare(value)) {
    line_ += value;
  } else {
    append_quoted(value);
  }
}

// Both formats share JSON's escapes. Bytes of 0x80 and above are escaped one by one: they come from
// outside and need not be UTF-8.
void LogEntry::append_quoted(std::string_view value) {
  line_ += '"';
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      line_ += '\\';
      line_ += c;
    } else if (byte < 0x20 || byte >= 0x7F) {
      fmt::format_to(std::back_inserter(line_), "\\u{:04x}", byte);
    } else {
      line_ += c;
    }
  }
  line_ += '"';
}

std::string LogEntry::finish(std::string_view message) {
  begin("msg");
  append_quoted(message);
  if (format_ == conf::LogFormat::kJson) line_ += '}';
  return std::move(line_);
}

}  // namespace postern::admin
