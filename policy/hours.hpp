// SPDX-License-Identifier: Apache-2.0
// A part of each day, in UTC, as an administrator writes it: "09:00-10:00". It may go over
// midnight.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "policy/verdict.hpp"

namespace postern::policy {

class Hours {
 public:
  /// From "HH:MM-HH:MM"; "24:00" is the end of a day. Empty for any other text, and where both ends
  /// are one moment: nobody could tell whether that is a whole day or nothing.
  static std::optional<Hours> parse(std::string_view text) noexcept;

  /// Whether the moment is among them; the first minute is, the last one is not.
  bool contains(Moment moment) const noexcept;

  /// Since midnight.
  std::chrono::minutes begin() const noexcept { return begin_; }

  bool operator==(const Hours&) const = default;

 private:
  using Minutes = std::chrono::minutes;

  Hours(Minutes begin, Minutes end) noexcept : begin_(begin), end_(end) {}

  Minutes begin_;  // since midnight, both below 24 hours
  Minutes end_;
};

}  // namespace postern::policy
