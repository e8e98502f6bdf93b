#include "conf/date.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace postern::conf {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Takes fixed parts from the front of a text.
class Cutter {
 public:
  explicit Cutter(std::string_view text) noexcept : rest_(text) {}

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

  void skip_digits() noexcept {
    rest_.remove_prefix(std::min(rest_.find_first_not_of("0123456789"), rest_.size()));
  }

  bool empty() const noexcept { return rest_.empty(); }
  bool starts_with(char c) const noexcept { return rest_.starts_with(c); }

 private:
  std::string_view rest_;
};

std::optional<std::chrono::sys_days> take_day(Cutter& text) noexcept {
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
  return std::chrono::sys_days(date);
}

std::optional<seconds> take_time(Cutter& text) noexcept {
  const auto hour = text.number(2, 23);
  if (!hour || !text.skip(":")) return std::nullopt;
  const auto minute = text.number(2, 59);
  if (!minute) return std::nullopt;
  std::optional<int> second = 0;
  if (text.skip(":")) second = text.number(2, 60);
  if (!second) return std::nullopt;
  if (text.skip(".")) text.skip_digits();
  return hours(*hour) + minutes(*minute) + seconds(*second);
}

std::optional<seconds> take_offset(Cutter& text) noexcept {
  if (text.empty() || text.skip("Zz")) return seconds(0);
  const bool west = text.starts_with('-');
  if (!text.skip("+-")) return std::nullopt;
  const auto hour = text.number(2, 23);
  if (!hour || !text.skip(":")) return std::nullopt;
  const auto minute = text.number(2, 59);
  if (!minute) return std::nullopt;
  const seconds offset = hours(*hour) + minutes(*minute);
  return west ? -offset : offset;
}

}  // namespace

std::optional<policy::Moment> date_from(std::string_view text) noexcept {
  Cutter cutter(text);
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

std::string date_text(policy::Moment moment) {
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  std::string text =
      fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  if (moment == day) return text;
  const std::chrono::hh_mm_ss time(moment - day);
  return text + fmt::format("T{:02}:{:02}:{:02}Z", time.hours().count(), time.minutes().count(),
                            time.seconds().count());
}

}  // namespace postern::conf
