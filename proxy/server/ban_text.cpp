// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/ban_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace postern::server {
namespace {

using policy::BanReason;
using policy::GuardMode;
using std::chrono::seconds;

constexpr std::string_view kForEver = "-";
constexpr std::uint32_t kMostSeconds = 10U * 366 * 86'400;

std::string_view take_word(std::string_view& text) noexcept {
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

std::optional<BanReason> reason_from(std::string_view name) noexcept {
  for (std::size_t i = 0; i < policy::kBanReasonCount; ++i) {
    const auto reason = static_cast<BanReason>(i);
    if (name_of(reason) == name) return reason;
  }
  return std::nullopt;
}

std::optional<policy::TimePoint> end_from(std::string_view text, policy::TimePoint now) noexcept {
  if (text == kForEver) return policy::TimePoint::max();
  std::uint32_t left = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), left);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return now + seconds(std::min(left, kMostSeconds));
}

}  // namespace

std::string to_text(const Guard::Banned& banned, policy::TimePoint now) {
  const policy::Ban& ban = banned.ban;
  const std::string left =
      ban.until == policy::TimePoint::max()
          ? std::string(kForEver)
          : std::to_string(
                std::max(seconds(0), std::chrono::ceil<seconds>(ban.until - now)).count());
  return fmt::format("{} {} {} {} {}", ban.network.text(), name_of(ban.reason), name_of(ban.mode),
                     left, banned.comment);
}

std::optional<Guard::Banned> ban_from(std::string_view text, policy::TimePoint now) {
  const auto network = policy::Network::parse(take_word(text));
  const auto reason = reason_from(take_word(text));
  const std::string_view mode = take_word(text);
  const auto until = end_from(take_word(text), now);
  if (!network || !reason || !until) return std::nullopt;
  const bool reported = mode == name_of(GuardMode::kReportOnly);
  return Guard::Banned{{.network = *network,
                        .reason = *reason,
                        .mode = reported ? GuardMode::kReportOnly : GuardMode::kEnforce,
                        .until = *until},
                       std::string(text)};
}

}  // namespace postern::server
