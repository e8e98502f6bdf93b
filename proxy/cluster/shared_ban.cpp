// SPDX-License-Identifier: Apache-2.0
#include "proxy/cluster/shared_ban.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "proxy/cluster/layout.hpp"

namespace postern::cluster {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kByHand = "m";
constexpr std::string_view kAutomatic = "a";
constexpr std::size_t kFields = 6;

template <typename Word>
std::optional<Word> word_from(std::string_view text, Word last) {
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    const auto word = static_cast<Word>(i);
    if (policy::name_of(word) == text) return word;
  }
  return std::nullopt;
}

// Up to the separator, which is taken away with it.
std::string_view cut(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view first = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return first;
}

}  // namespace

std::string name_of(const policy::Network& network, const ClusterKeys& keys) {
  return keys.name_of({"ban", network.text()});
}

Words arguments_of(const SharedBan& shared, const ClusterKeys& keys, policy::TimePoint now,
                   std::size_t most) {
  const policy::Ban& ban = shared.ban;
  std::string text = "1\n" + ban.network.text() + "\n";
  text.append(policy::name_of(ban.reason)).append("\n").append(policy::name_of(ban.mode));
  text.append("\n").append(shared.maker).append("\n").append(shared.node);
  text.append("\n").append(shared.comment);
  const std::string name = name_of(ban.network, keys);
  const bool ends = ban.until != policy::TimePoint::max();
  const auto left = ends ? std::chrono::ceil<milliseconds>(ban.until - now) : milliseconds{0};
  return {name,
          std::string(ban.reason == policy::BanReason::kManual ? kByHand : kAutomatic),
          keys.seal(text, name),
          std::to_string(ends ? std::max<long long>(left.count(), 1) : 0),
          std::to_string(most),
          kChannel};
}

std::optional<SharedBan> ban_from(std::string_view name, std::string_view sealed, milliseconds left,
                                  const ClusterKeys& keys, policy::TimePoint now) {
  const auto text = keys.open(sealed, name);
  if (!text) return std::nullopt;
  std::string_view rest = *text;
  std::array<std::string_view, kFields> fields;
  for (std::string_view& field : fields) field = cut(rest, '\n');
  const auto network = policy::Network::parse(fields[1]);
  const auto reason = word_from(fields[2], policy::BanReason::kManual);
  const auto mode = word_from(fields[3], policy::GuardMode::kReportOnly);
  if (fields[0] != "1" || !network || !reason || !mode) return std::nullopt;
  SharedBan shared;
  shared.ban = {.network = *network,
                .reason = *reason,
                .mode = *mode,
                .until = left.count() == 0 ? policy::TimePoint::max() : now + left};
  shared.maker = fields[4];
  shared.node = fields[5];
  shared.comment = rest;
  return shared;
}

// "+NAME KIND MILLISECONDS SEALED" or "-NAME".
std::optional<BanNews> ban_news_from(std::string_view payload, const ClusterKeys& keys,
                                     policy::TimePoint now) {
  if (payload.size() < 2) return std::nullopt;
  const char kind = payload.front();
  payload.remove_prefix(1);
  if (kind == '-') return BanNews{std::string(payload), std::nullopt};
  if (kind != '+') return std::nullopt;
  const std::string_view name = cut(payload, ' ');
  cut(payload, ' ');
  const std::string_view span = cut(payload, ' ');
  long long left = 0;
  const auto [end, error] = std::from_chars(span.data(), span.data() + span.size(), left);
  if (error != std::errc() || end != span.data() + span.size() || left < 0) return std::nullopt;
  auto ban = ban_from(name, payload, milliseconds(left), keys, now);
  if (!ban) return std::nullopt;
  return BanNews{std::string(name), std::move(ban)};
}

}  // namespace postern::cluster
