// SPDX-License-Identifier: Apache-2.0
#include "policy/hours.hpp"

namespace postern::policy {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

// Two digits.
std::optional<int> number_from(std::string_view text) noexcept {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() != 2 || !is_digit(text[0]) || !is_digit(text[1])) return std::nullopt;
  return (text[0] - '0') * 10 + (text[1] - '0');
}

// Since midnight, which is also the end of the day.
std::optional<minutes> time_from(std::string_view text) noexcept {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hour = number_from(text.substr(0, 2));
  const auto minute = number_from(text.substr(3));
  if (!hour || !minute || *minute > 59) return std::nullopt;
  const minutes time = hours(*hour) + minutes(*minute);
  return time <= days(1) ? std::optional(time % days(1)) : std::nullopt;
}

}  // namespace

std::optional<Hours> Hours::parse(std::string_view text) noexcept {
  constexpr std::size_t kDash = 5;
  if (text.size() != 2 * kDash + 1 || text[kDash] != '-') return std::nullopt;
  const auto begin = time_from(text.substr(0, kDash));
  const auto end = time_from(text.substr(kDash + 1));
  if (!begin || !end || *begin == *end) return std::nullopt;
  return Hours(*begin, *end);
}

bool Hours::contains(Moment moment) const noexcept {
  const auto time = moment - std::chrono::floor<days>(moment);
  if (begin_ < end_) return time >= begin_ && time < end_;
  return time >= begin_ || time < end_;
}

}  // namespace postern::policy
