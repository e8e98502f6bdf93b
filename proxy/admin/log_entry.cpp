// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/log_entry.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "proxy/text/utf8.hpp"

namespace postern::admin {
namespace {

// What a client may make a value, and a message, as long as.
constexpr std::size_t kLongestValue = 255;
constexpr std::size_t kLongestMessage = 1'024;
constexpr std::string_view kEllipsis = "…";

bool is_plain(char c) noexcept { return c > 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '='; }

// How many bytes of the text, which is not empty, can be written as they are; 0 for none.
std::size_t written_as_is(std::string_view text) noexcept {
  const char c = text.front();
  if (c >= 0x20 && c < 0x7F) return c == '"' || c == '\\' ? 0 : 1;
  const auto character = text::first_code_point(text);
  return character && text::is_visible(character->value) ? character->bytes : 0;
}

// logfmt leaves a value bare when nothing in it could be mistaken for its end.
bool is_bare(std::string_view value) noexcept {
  if (value.empty()) return false;
  while (!value.empty()) {
    const bool ascii = static_cast<unsigned char>(value.front()) < 0x80;
    const std::size_t bytes = written_as_is(value);
    if (bytes == 0 || (ascii && !is_plain(value.front()))) return false;
    value.remove_prefix(bytes);
  }
  return true;
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
  std::unreachable();
}

LogEntry::LogEntry(conf::LogFormat format, std::string_view time, conf::LogLevel level,
                   std::string_view event, const UserMask* mask)
    : format_(format), mask_(mask) {
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
  if (value.size() <= kLongestValue) {
    append_word(value);
  } else {
    append_word(std::string(text::beginning_of(value, kLongestValue)).append(kEllipsis));
  }
  return *this;
}

LogEntry& LogEntry::add(std::string_view key, std::uint64_t value) {
  begin(key);
  fmt::format_to(std::back_inserter(line_), "{}", value);
  return *this;
}

LogEntry& LogEntry::add_user(std::string_view name) {
  constexpr std::string_view kKey = "user";
  if (mask_ == nullptr || mask_->shows_names()) return add(kKey, name);
  return add(kKey, mask_->shown(name));
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

// Both formats share JSON's escapes. What is not UTF-8, or cannot be seen, is escaped byte by byte.
void LogEntry::append_quoted(std::string_view value) {
  line_ += '"';
  while (!value.empty()) {
    const std::size_t bytes = written_as_is(value);
    if (bytes != 0) {
      line_ += value.substr(0, bytes);
      value.remove_prefix(bytes);
      continue;
    }
    const char c = value.front();
    if (c == '"' || c == '\\') {
      line_ += '\\';
      line_ += c;
    } else {
      fmt::format_to(std::back_inserter(line_), "\\u{:04x}", static_cast<unsigned char>(c));
    }
    value.remove_prefix(1);
  }
  line_ += '"';
}

std::string LogEntry::finish(std::string_view message) {
  begin("msg");
  append_quoted(text::beginning_of(message, kLongestMessage));
  if (format_ == conf::LogFormat::kJson) line_ += '}';
  return std::move(line_);
}

}  // namespace postern::admin
