// SPDX-License-Identifier: Apache-2.0
// The verb `bans`: who is turned away, and who is to be from now on, or no more.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "proxy/server/control_desk.hpp"
#include "proxy/server/supervisor.hpp"
#include "proxy/server/time_words.hpp"

namespace postern::server {
namespace {

using nlohmann::json;
using policy::Network;

constexpr std::size_t kMostComment = 200;
constexpr std::uint64_t kLongest = 10ULL * 365 * 86'400;  // seconds; longer is for ever

bool is_plain(std::string_view text) noexcept {
  return text.size() <= kMostComment &&
         std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

json ban_json(const Guard::Banned& banned, policy::TimePoint now) {
  const policy::Ban& ban = banned.ban;
  json told = {{"network", ban.network.text()},
               {"reason", name_of(ban.reason)},
               {"mode", name_of(ban.mode)},
               {"comment", banned.comment},
               {"until", json()},
               {"seconds_left", json()}};
  if (ban.until != policy::TimePoint::max()) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(ban.until - now);
    told["until"] = utc_text(std::chrono::system_clock::now() + left);
    told["seconds_left"] = left.count();
  }
  return told;
}

// Bits behind the prefix are a slip: of the address, or of the prefix.
std::expected<Network, std::string> network_from(const std::string& text) {
  const auto network = Network::parse(text);
  if (!network) return std::unexpected("\"" + text + "\" is no address and no network");
  const auto address = policy::IpAddress::parse(text.substr(0, text.find('/')));
  if (address && !(network->first() == *address)) {
    return std::unexpected("\"" + text + "\" has bits behind its prefix; is " + network->text() +
                           " meant?");
  }
  return *network;
}

enum class Fate { kBanned, kLetGo };

void tell_ban(admin::Log& log, Fate fate, const Network& network, std::string_view message) {
  const std::string_view event = fate == Fate::kBanned ? "ban" : "unban";
  admin::LogEntry entry = log.entry(conf::LogLevel::kWarn, event);
  entry.add("network", network.text()).add("mode", "enforce").add("reason", "manual");
  log.write(conf::LogLevel::kWarn, entry.finish(message));
}

}  // namespace

void ControlDesk::bans(const Asker& asker, ControlRequest& request) {
  const std::string action = request.text("do");
  if (action == "add") return add_bans(asker, request);
  if (action == "del") return remove_bans(asker, request);
  if (!understood(asker, request)) return;
  if (action != "list") return fail(asker, R"(`do` must be "list", "add" or "del")");
  list_bans(asker);
}

void ControlDesk::list_bans(const Asker& asker) {
  const auto now = std::chrono::steady_clock::now();
  json list = json::array();
  for (const Guard::Banned& one : supervisor_.guard().bans(now)) list.push_back(ban_json(one, now));
  succeed(asker, {{"bans", std::move(list)}});
}

std::optional<std::vector<Network>> ControlDesk::networks_in(const Asker& asker,
                                                             ControlRequest& request) {
  std::vector<Network> networks;
  for (const std::string& text : request.texts("networks")) {
    const auto network = network_from(text);
    if (!network) {
      fail(asker, network.error());
      return std::nullopt;
    }
    networks.push_back(*network);
  }
  if (!understood(asker, request)) return std::nullopt;
  if (networks.empty()) {
    fail(asker, "which networks?");
    return std::nullopt;
  }
  return networks;
}

void ControlDesk::add_bans(const Asker& asker, ControlRequest& request) {
  const auto seconds = request.number("seconds").value_or(0);
  const std::string comment = request.text("comment");
  const bool kicks = request.flag("kick");
  const auto networks = networks_in(asker, request);
  if (!networks) return;
  if (!is_plain(comment)) return fail(asker, "a comment is a line of 200 bytes at most");
  const auto now = std::chrono::steady_clock::now();
  const auto until = seconds == 0 || seconds > kLongest ? policy::TimePoint::max()
                                                        : now + std::chrono::seconds(seconds);
  auto reply = std::make_shared<json>(json{{"added", json::array()}});
  SessionFilter filter;
  for (const Network& network : *networks) {
    const auto outcome = supervisor_.guard().ban(network, until, comment, now);
    if (outcome == policy::BanList::Outcome::kFull) {
      return fail(asker, "there is no room for more bans; delete some", *reply);
    }
    supervisor_.cluster().share(network);
    if (outcome == policy::BanList::Outcome::kAdded) {
      supervisor_.metrics().counters().count(admin::Metric::kBansTotal, {"manual"});
    }
    const std::string span =
        seconds == 0 ? "until it is unbanned" : fmt::format("for {} s", seconds);
    tell_ban(log_, Fate::kBanned, network,
             fmt::format("{} is banned {} by an administrator{}{}", network.text(), span,
                         comment.empty() ? "" : ": ", comment));
    (*reply)["added"].push_back(network.text());
    filter.networks.push_back(network);
  }
  note(asker, "bans add");
  if (!kicks) return succeed(asker, std::move(*reply));
  kick(asker, filter, reply);
}

void ControlDesk::remove_bans(const Asker& asker, ControlRequest& request) {
  const auto networks = networks_in(asker, request);
  if (!networks) return;
  json removed = json::array();
  json missing = json::array();
  for (const Network& network : *networks) {
    if (!supervisor_.guard().unban(network)) {
      missing.push_back(network.text());
      continue;
    }
    supervisor_.cluster().share(network);
    tell_ban(log_, Fate::kLetGo, network, network.text() + " is not banned any more");
    removed.push_back(network.text());
  }
  note(asker, "bans del");
  if (!missing.empty()) {
    return fail(asker, "not banned: " + missing.dump(),
                {{"removed", removed}, {"missing", missing}});
  }
  succeed(asker, {{"removed", std::move(removed)}});
}

}  // namespace postern::server
