#include "proxy/report/log_time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace postern::report {
namespace {

using namespace std::chrono;  // NOLINT(google-build-using-namespace): durations, calendar

// A number of exactly this many digits, taken off the front.
std::optional<int> take_digits(std::string_view& text, std::size_t count) noexcept {
  if (text.size() < count) return std::nullopt;
  int number = 0;
  for (const char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return number;
}

bool take(std::string_view& text, char wanted) noexcept {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<sys_days> take_day(std::string_view& text) noexcept {
  const auto y = take_digits(text, 4);
  if (!y || *y < 1970 || !take(text, '-')) return std::nullopt;
  const auto m = take_digits(text, 2);
  if (!m || !take(text, '-')) return std::nullopt;
  const auto d = take_digits(text, 2);
  if (!d) return std::nullopt;
  const year_month_day date{year(*y), month(static_cast<unsigned>(*m)),
                            day(static_cast<unsigned>(*d))};
  if (!date.ok()) return std::nullopt;
  return sys_days(date);
}

std::optional<seconds> take_clock(std::string_view& text) noexcept {
  const auto h = take_digits(text, 2);
  if (!h || !take(text, ':')) return std::nullopt;
  const auto m = take_digits(text, 2);
  if (!m || !take(text, ':')) return std::nullopt;
  const auto s = take_digits(text, 2);
  if (!s || *h > 23 || *m > 59 || *s > 59) return std::nullopt;
  return hours(*h) + minutes(*m) + seconds(*s);
}

// ".042": milliseconds; what is finer is cut off.
std::optional<milliseconds> take_fraction(std::string_view& text) noexcept {
  if (!take(text, '.')) return milliseconds(0);
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0 || digits > 9) return std::nullopt;
  int number = 0;
  for (std::size_t i = 0; i < 3; ++i) number = number * 10 + (i < digits ? text[i] - '0' : 0);
  text.remove_prefix(digits);
  return milliseconds(number);
}

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
  const auto day = take_day(text);
  if (!day || !take(text, 'T')) return std::nullopt;
  const auto clock = take_clock(text);
  if (!clock) return std::nullopt;
  const auto fraction = take_fraction(text);
  if (!fraction || text != "Z") return std::nullopt;
  return Time(*day + *clock + *fraction);
}

std::optional<Time> parse_since(std::string_view text, Time now) noexcept {
  if (const auto age = parse_age(text)) return now - *age;
  if (const auto time = parse_time(text)) return time;
  const auto day = take_day(text);
  if (!day || !text.empty()) return std::nullopt;
  return Time(*day);
}

std::string exact_text(Time time) {
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

std::string short_text(Time time) {
  std::string text = exact_text(time).substr(0, 16);
  text[10] = ' ';
  return text;
}

}  // namespace postern::report
