// SPDX-License-Identifier: Apache-2.0
#include "policy/date.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace postern::policy {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;

// Takes fixed parts from the front of a text.
class DateCutter {
 public:
  explicit DateCutter(std::string_view text) noexcept : rest_(text) {}

  bool skip(std::string_view any_of) noexcept {
    if (rest_.empty() || any_of.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // A number of exactly so many digits.
  std::optional<int> number(std::size_t digits, int most) noexcept {
    if (rest_.size() < digits) return std::nullopt;
    int value = 0;
    for (const char c : rest_.substr(0, digits)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(digits);
    return value <= most ? std::optional(value) : std::nullopt;
  }

  std::string_view digits() noexcept {
    const std::size_t count = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    const std::string_view found = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return found;
  }

  bool empty() const noexcept { return rest_.empty(); }
  bool starts_with(char c) const noexcept { return rest_.starts_with(c); }

 private:
  std::string_view rest_;
};

std::optional<sys_days> take_day(DateCutter& text) noexcept {
  const auto year = text.number(4, 9999);
  if (!year || !text.skip("-")) return std::nullopt;
  const auto month = text.number(2, 12);
  if (!month || !text.skip("-")) return std::nullopt;
  const auto day = text.number(2, 31);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return sys_days(date);
}

std::optional<milliseconds> take_fraction(DateCutter& text) noexcept {
  if (!text.skip(".")) return milliseconds(0);
  const std::string_view digits = text.digits();
  if (digits.empty()) return std::nullopt;
  int number = 0;
  for (std::size_t i = 0; i < 3; ++i)
    number = number * 10 + (i < digits.size() ? digits[i] - '0' : 0);
  return milliseconds(number);
}

std::optional<milliseconds> take_time(DateCutter& text) noexcept {
  const auto hour = text.number(2, 23);
  if (!hour || !text.skip(":")) return std::nullopt;
  const auto minute = text.number(2, 59);
  if (!minute) return std::nullopt;
  const milliseconds so_far = hours(*hour) + minutes(*minute);
  if (!text.skip(":")) return so_far;
  const auto second = text.number(2, 60);  // a leap second is the next minute's first
  if (!second) return std::nullopt;
  const auto fraction = take_fraction(text);
  if (!fraction) return std::nullopt;
  return so_far + seconds(*second) + *fraction;
}

std::optional<minutes> take_offset(DateCutter& text) noexcept {
  if (text.empty() || text.skip("Zz")) return minutes(0);
  const bool west = text.starts_with('-');
  if (!text.skip("+-")) return std::nullopt;
  const auto hour = text.number(2, 23);
  if (!hour || !text.skip(":")) return std::nullopt;
  const auto minute = text.number(2, 59);
  if (!minute) return std::nullopt;
  const minutes offset = hours(*hour) + minutes(*minute);
  return west ? -offset : offset;
}

// With leading zeros. Years are from 0 to 9999.
void append(std::string& text, std::string_view before, std::int64_t number, std::size_t digits) {
  const std::string plain = std::to_string(number);
  text += before;
  text.append(digits - std::min(digits, plain.size()), '0');
  text += plain;
}

std::string day_text(sys_days day) {
  const std::chrono::year_month_day date(day);
  std::string text;
  append(text, "", static_cast<int>(date.year()), 4);
  append(text, "-", static_cast<unsigned>(date.month()), 2);
  append(text, "-", static_cast<unsigned>(date.day()), 2);
  return text;
}

}  // namespace

std::optional<Instant> date_from(std::string_view text) noexcept {
  DateCutter cutter(text);
  const auto day = take_day(cutter);
  if (!day) return std::nullopt;
  if (cutter.empty()) return *day;
  if (!cutter.skip("Tt ")) return std::nullopt;
  const auto time = take_time(cutter);
  if (!time) return std::nullopt;
  const auto offset = take_offset(cutter);
  if (!offset || !cutter.empty()) return std::nullopt;
  return *day + *time - *offset;
}

std::string date_text(std::chrono::sys_seconds moment) {
  const auto day = std::chrono::floor<days>(moment);
  if (moment == day) return day_text(day);
  return exact_text(moment).substr(0, 19) + 'Z';
}

std::string exact_text(Instant instant) {
  const auto day = std::chrono::floor<days>(instant);
  const std::chrono::hh_mm_ss time(instant - day);
  std::string text = day_text(day);
  append(text, "T", time.hours().count(), 2);
  append(text, ":", time.minutes().count(), 2);
  append(text, ":", time.seconds().count(), 2);
  append(text, ".", time.subseconds().count(), 3);
  return text + 'Z';
}

std::string minute_text(Instant instant) {
  std::string text = exact_text(instant).substr(0, 16);
  text[10] = ' ';
  return text;
}

}  // namespace postern::policy
