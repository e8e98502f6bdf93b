// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/system_log_forms.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <ctime>
#include <iterator>
#include <optional>

#include "proxy/report/log_line.hpp"
#include "proxy/text/utf8.hpp"

namespace postern::admin {
namespace {

using report::LogLine;

constexpr int kMail = 2 << 3;  // syslog(3)'s facilities and priorities
constexpr std::string_view kMore = "…";
constexpr std::string_view kOwn = "POSTERN_";  // before the name of each of a line's own fields

int priority_of(const std::optional<LogLine>& line) {
  const std::string_view level = line ? line->get("level") : "";
  if (level == "error") return 3;
  if (level == "warn") return 4;
  return level == "debug" ? 7 : 6;
}

// As in RFC 3164, which every daemon reads, and which has no year.
std::string local_time() {
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  const auto month = static_cast<std::size_t>(local.tm_mon) % kMonths.size();
  return fmt::format("{} {:2} {:02}:{:02}:{:02}", kMonths.at(month), local.tm_mday, local.tm_hour,
                     local.tm_min, local.tm_sec);
}

std::string cut(std::string_view line, std::size_t most) {
  if (line.size() <= most) return std::string(line);
  return std::string(text::beginning_of(line, most - kMore.size())).append(kMore);
}

// The name of a field has capitals, digits and underscores.
char of_name(char c) noexcept {
  if (c >= 'a' && c <= 'z') return static_cast<char>(c - 'a' + 'A');
  return c >= '0' && c <= '9' ? c : '_';
}

// What its name and its value need, the two marks and a length included.
bool has_room(const std::string& entry, std::size_t bytes) noexcept {
  constexpr std::size_t kBesides = 10;
  return entry.size() + bytes + kBesides <= kLongestJournalEntry;
}

// A value of more than one line has its length before it: eight bytes, lowest first.
void add_value(std::string& entry, std::string_view value) {
  constexpr std::size_t kLength = 8;
  if (value.contains('\n')) {
    entry += '\n';
    for (std::size_t i = 0; i < kLength; ++i) {
      entry += static_cast<char>(static_cast<std::uint64_t>(value.size()) >> (8 * i) & 0xFFU);
    }
  } else {
    entry += '=';
  }
  entry.append(value) += '\n';
}

void add(std::string& entry, std::string_view name, std::string_view value) {
  if (!has_room(entry, name.size() + value.size())) return;
  entry.append(name);
  add_value(entry, value);
}

void add(std::string& entry, const LogLine::Field& field) {
  if (!has_room(entry, kOwn.size() + field.key.size() + field.value.size())) return;
  entry.append(kOwn);
  std::ranges::transform(field.key, std::back_inserter(entry), of_name);
  add_value(entry, field.value);
}

}  // namespace

std::string syslog_form(std::string_view line) {
  return fmt::format("<{}>{} postern[{}]: {}", kMail | priority_of(LogLine::parse(line)),
                     local_time(), ::getpid(), cut(line, kLongestSyslogLine));
}

std::string journal_form(std::string_view line) {
  const auto parsed = LogLine::parse(line);
  std::string entry;
  entry.reserve(2 * line.size() + 512);
  add(entry, "MESSAGE", cut(line, kLongestJournalEntry / 2));
  add(entry, "PRIORITY", std::to_string(priority_of(parsed)));
  add(entry, "SYSLOG_IDENTIFIER", "postern");
  add(entry, "SYSLOG_FACILITY", std::to_string(kMail >> 3));
  if (!parsed) return entry;
  for (const LogLine::Field& field : parsed->fields()) {
    add(entry, field);
  }
  return entry;
}

}  // namespace postern::admin
