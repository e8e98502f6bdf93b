// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/log_time.hpp"

#include <charconv>

namespace postern::report {
namespace {

using namespace std::chrono;  // NOLINT(google-build-using-namespace): durations, calendar

std::optional<minutes> parse_age(std::string_view text) noexcept {
  constexpr int kMost = 1'000'000;
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (error != std::errc() || number < 1 || number > kMost) return std::nullopt;
  if (unit == "d") return days(number);
  if (unit == "h") return hours(number);
  if (unit == "m") return minutes(number);
  return std::nullopt;
}

}  // namespace

std::optional<Time> parse_time(std::string_view text) noexcept {
  // The log's own form, of all that RFC 3339 has.
  constexpr std::size_t kShortest = std::string_view("2026-11-23T15:33:21Z").size();
  if (text.size() < kShortest || text[10] != 'T' || !text.ends_with('Z')) return std::nullopt;
  const std::optional<Time> time = policy::date_from(text);
  return time && *time >= Time() ? time : std::nullopt;
}

std::optional<Time> parse_since(std::string_view text, Time now) noexcept {
  if (const auto age = parse_age(text)) return now - *age;
  constexpr std::size_t kDay = std::string_view("2026-11-01").size();
  return text.size() == kDay ? policy::date_from(text) : parse_time(text);
}

}  // namespace postern::report
