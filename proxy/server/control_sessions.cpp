// SPDX-License-Identifier: Apache-2.0
// The verb `sessions`: which there are, and the end of some.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "proxy/server/control_desk.hpp"
#include "proxy/server/session_json.hpp"
#include "proxy/server/supervisor.hpp"

namespace postern::server {
namespace {

using nlohmann::json;

constexpr std::size_t kUsualRows = 1'000;
constexpr std::size_t kMostRows = 10'000;

std::optional<session::State> state_from(std::string_view name) {
  for (std::size_t i = 0; i < session::kStateCount; ++i) {
    const auto state = static_cast<session::State>(i);
    if (name_of(state) == name) return state;
  }
  return std::nullopt;
}

// The selectors; what is wrong with them otherwise.
std::expected<SessionFilter, std::string> filter_in(ControlRequest& request) {
  SessionFilter filter{.ids = request.texts("sids"),
                       .user = request.text("user"),
                       .listener = request.text("listener")};
  if (const std::string ip = request.text("ip"); !ip.empty()) {
    const auto network = policy::Network::parse(ip);
    if (!network) return std::unexpected("\"" + ip + "\" is no address and no network");
    filter.networks.push_back(*network);
  }
  if (const std::string state = request.text("state"); !state.empty()) {
    filter.state = state_from(state);
    if (!filter.state) return std::unexpected("there is no state \"" + state + "\"");
  }
  return filter;
}

}  // namespace

void ControlDesk::sessions(const Asker& asker, ControlRequest& request) {
  const std::string action = request.text("do");
  const auto most = request.number("limit");
  const auto filter = filter_in(request);
  if (!understood(asker, request)) return;
  if (!filter) return fail(asker, filter.error());
  if (action == "list") {
    return list(asker, *filter, std::min<std::size_t>(most.value_or(kUsualRows), kMostRows));
  }
  if (action != "kick") return fail(asker, "`do` must be \"list\" or \"kick\"");
  if (filter->is_open()) return fail(asker, "which sessions? A kick needs a selector");
  note(asker, "kick");
  kick(asker, *filter, std::make_shared<json>(json::object()));
}

void ControlDesk::list(const Asker& asker, const SessionFilter& filter, std::size_t most) {
  const bool asked = supervisor_.workers().ask<SessionList>(
      [filter, most](session::Table& table) { return list_sessions(table, filter, most); },
      [this, asker, most](const Inquiries::Answers<SessionList>& answers) {
        json reply = json::object();
        reply["sessions"] = rows_of(answers, most, reply);
        succeed(asker, std::move(reply));
      });
  if (!asked) fail_busy(asker);
}

void ControlDesk::kick(const Asker& asker, const SessionFilter& filter,
                       const std::shared_ptr<json>& reply) {
  const bool asked = supervisor_.workers().ask<SessionList>(
      [filter](session::Table& table) { return end_sessions(table, filter, kUsualRows); },
      [this, asker, reply](const Inquiries::Answers<SessionList>& answers) {
        (*reply)["kicked"] = rows_of(answers, kUsualRows, *reply);
        succeed(asker, std::move(*reply));
      });
  if (!asked) fail_busy(asker);
}

}  // namespace postern::server
