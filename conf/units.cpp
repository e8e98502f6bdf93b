// SPDX-License-Identifier: Apache-2.0
#include "conf/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace postern::conf {
namespace {

using std::chrono::milliseconds;

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array kTimes = {Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000},
                               Unit{"s", 1000}, Unit{"ms", 1}};
constexpr std::array kSizes = {Unit{"", 1}, Unit{"B", 1}, Unit{"KiB", 1ULL << 10},
                               Unit{"MiB", 1ULL << 20}, Unit{"GiB", 1ULL << 30}};
constexpr std::array kRates = {Unit{"/s", 1000}, Unit{"/min", 60'000}, Unit{"/h", 3'600'000}};
constexpr std::uint32_t kMaxRate = 1'000'000;
constexpr std::uint64_t kMaxTime = 1000ULL * 86'400'000;
constexpr std::uint64_t kMaxSize = 1ULL << 40;

template <std::size_t N>
std::optional<std::uint64_t> quantity(std::string_view text, const std::array<Unit, N>& units,
                                      std::uint64_t most) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{}) return std::nullopt;
  const std::string_view suffix(stop, end);
  for (const Unit& unit : units) {
    if (unit.name != suffix) continue;
    if (number > most / unit.factor) return std::nullopt;
    return number * unit.factor;
  }
  return std::nullopt;
}

}  // namespace

std::optional<milliseconds> duration_from(std::string_view text) {
  if (text == "0") return milliseconds{0};
  const std::optional<std::uint64_t> count = quantity(text, kTimes, kMaxTime);
  if (!count) return std::nullopt;
  return milliseconds{*count};
}

std::string duration_text(milliseconds duration) {
  const auto count = static_cast<std::uint64_t>(duration.count());
  if (count == 0) return "0s";
  for (const Unit& unit : kTimes) {
    const bool minute = unit.name == "m" && count == unit.factor;
    if (count % unit.factor != 0 || minute) continue;
    return fmt::format("{}{}", count / unit.factor, unit.name);
  }
  return fmt::format("{}ms", count);
}

std::optional<policy::Rate> rate_from(std::string_view text) {
  if (text == "0") return policy::Rate{};
  std::uint32_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, count);
  const auto unit = std::ranges::find(kRates, std::string_view(stop, end), &Unit::name);
  if (error != std::errc{} || unit == kRates.end() || count > kMaxRate) return std::nullopt;
  if (count == 0) return policy::Rate{};
  return policy::Rate{.count = count, .per = milliseconds{unit->factor}};
}

std::string rate_text(const policy::Rate& rate) {
  if (rate.off()) return "0";
  const auto per = static_cast<std::uint64_t>(rate.per.count());
  const auto unit = std::ranges::find(kRates, per, &Unit::factor);
  return fmt::format("{}{}", rate.count, unit == kRates.end() ? "/s" : unit->name);
}

std::optional<std::uint64_t> size_from(std::string_view text) {
  return quantity(text, kSizes, kMaxSize);
}

}  // namespace postern::conf
