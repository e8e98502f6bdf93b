// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/control_json.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "conf/words.hpp"
#include "proxy/server/time_words.hpp"

namespace postern::server {
namespace {

using nlohmann::json;

std::string_view word_for(Refusal::Cause cause) noexcept {
  switch (cause) {
    case Refusal::Cause::kConfiguration:
      return "configuration";
    case Refusal::Cause::kSystem:
      return "system";
    case Refusal::Cause::kStopping:
      return "stopping";
  }
  std::unreachable();
}

json addresses_of(const std::vector<Listening>& all) {
  json list = json::array();
  for (const Listening& one : all) {
    list.push_back({{"listener", one.listener}, {"address", one.address.text()}});
  }
  return list;
}

// What conf prints for a value is JSON as well as TOML.
json value_of(const conf::Origin& origin) {
  return origin.key.empty() ? json() : json::parse(origin.value, nullptr, false);
}

std::string text_of(const conf::Diagnostics& diagnostics, const std::string& file) {
  std::string text;
  for (const conf::Diagnostic& one : diagnostics) text += render(one, file);
  return text;
}

json sessions_by_state(const Overview::SessionsByState& counts) {
  json told = json::object();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    told[std::string(name_of(static_cast<session::State>(i)))] = counts[i];
  }
  return told;
}

json listeners_of(const Overview& overview) {
  json list = json::array();
  for (const Overview::Listener& one : overview.listeners) {
    list.push_back({{"name", one.name},
                    {"tls", conf::word_for(one.tls)},
                    {"addresses", one.addresses},
                    {"sessions", sessions_by_state(one.sessions)}});
  }
  return list;
}

json limits_of(const Overview& overview) {
  json list = json::array();
  for (const Overview::Limit& one : overview.limits) {
    json told = {{"name", one.name}, {"now", one.now}};
    told["most"] = one.most == 0 ? json() : json(one.most);
    if (!one.who.empty()) told["who"] = one.who;
    list.push_back(std::move(told));
  }
  return list;
}

json backends_of(const Overview& overview) {
  json list = json::array();
  for (const Overview::Backend& one : overview.backends) {
    json addresses = json::array();
    for (const Overview::Address& address : one.addresses) {
      json told = {
          {"address", address.address}, {"up", address.up}, {"connections", address.connections}};
      if (address.since) told["since"] = utc_text(*address.since);
      if (!address.why.empty()) told["why"] = address.why;
      addresses.push_back(std::move(told));
    }
    list.push_back({{"name", one.name},
                    {"connections", one.connections},
                    {"most", one.most == 0 ? json() : json(one.most)},
                    {"waiting", one.waiting},
                    {"addresses", std::move(addresses)}});
  }
  return list;
}

json certificates_of(const Overview& overview) {
  json list = json::array();
  for (const Overview::Certificate& one : overview.certificates) {
    const auto left = std::chrono::floor<std::chrono::days>(one.not_after - overview.now);
    list.push_back({{"file", one.file},
                    {"names", one.names},
                    {"not_after", utc_text(one.not_after)},
                    {"days_left", left.count()}});
  }
  return list;
}

}  // namespace

json to_json(const conf::Diagnostics& diagnostics) {
  json list = json::array();
  for (const conf::Diagnostic& one : diagnostics) {
    json told = {{"severity", one.severity == conf::Severity::kError ? "error" : "warning"},
                 {"line", one.mark.line},
                 {"column", one.mark.column},
                 {"text", one.text},
                 {"source_line", one.source_line}};
    if (!one.file.empty()) told["file"] = one.file;
    list.push_back(std::move(told));
  }
  return list;
}

json to_json(const Changes& changes, const std::string& file) {
  json keys = json::array();
  for (const conf::Difference& one : changes.keys) {
    json told = {
        {"key", one.key}, {"before", value_of(one.before)}, {"after", value_of(one.after)}};
    if (one.after.mark.line != 0) told["line"] = one.after.mark.line;
    keys.push_back(std::move(told));
  }
  std::vector<Listening> opened;
  std::vector<Listening> kept;
  for (const Listening& one : changes.listening) (one.fresh ? opened : kept).push_back(one);
  return {{"file", file},
          {"keys", std::move(keys)},
          {"opened", addresses_of(opened)},
          {"closed", addresses_of(changes.closed)},
          {"kept", addresses_of(kept)},
          {"diagnostics", to_json(changes.warnings)},
          {"text", text_of(changes.warnings, file)}};
}

json to_json(const Refusal& refusal, const std::string& file) {
  return {{"file", file},
          {"cause", word_for(refusal.cause)},
          {"diagnostics", to_json(refusal.diagnostics)},
          {"text", text_of(refusal.diagnostics, file)}};
}

json sandbox_of(const Overview& overview) {
  const confinement::Standing& standing = overview.standing;
  return {{"mode", conf::word_for(overview.sandbox.mode)},
          {"system_calls", standing.filters_calls ? "filtered" : "all"},
          {"landlock", overview.sandbox.landlock},
          {"no_new_privileges", standing.no_new_privileges},
          {"user", standing.user},
          {"capabilities", confinement::names_of_capabilities(standing.capabilities)},
          {"missing", overview.sandbox.missing}};
}

// Null for a machine that is alone.
json cluster_of(const Overview& overview) {
  const ClusterStanding& cluster = overview.cluster;
  if (!cluster.is_member) return {};
  return {{"node", cluster.node},
          {"up", cluster.is_up},
          {"engine", cluster.engine},
          {"why", cluster.why},
          {"nodes", cluster.nodes}};
}

json to_json(const Overview& overview) {
  const auto uptime = std::chrono::floor<std::chrono::seconds>(overview.now - overview.started);
  return {{"version", overview.version},
          {"pid", overview.process},
          {"started", utc_text(overview.started)},
          {"uptime_seconds", uptime.count()},
          {"configuration", overview.configuration},
          {"control_socket", overview.control},
          {"draining", overview.draining},
          {"reload",
           {{"time", utc_text(overview.reload.when)},
            {"ok", overview.reload.taken},
            {"why", overview.reload.why}}},
          {"needs_restart", overview.restart_keys},
          {"sandbox", sandbox_of(overview)},
          {"cluster", cluster_of(overview)},
          {"workers", overview.workers},
          {"silent_workers", overview.silent_workers},
          {"sessions", overview.sessions},
          {"listeners", listeners_of(overview)},
          {"limits", limits_of(overview)},
          {"backends", backends_of(overview)},
          {"certificates", certificates_of(overview)},
          {"bans", overview.bans},
          {"log_lines_lost", overview.log_lines_lost},
          {"hints", overview.hints}};
}

}  // namespace postern::server
