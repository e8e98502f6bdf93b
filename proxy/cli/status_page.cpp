// SPDX-License-Identifier: Apache-2.0
#include "proxy/cli/status_page.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "proxy/server/time_words.hpp"

namespace postern::cli {
namespace {

using nlohmann::json;

// Another version may know of less, or have it otherwise.
template <class T>
T value_of(const json& told, std::string_view key, T fallback) {
  const auto found = told.find(key);
  if (found == told.end() || found->is_null()) return fallback;
  return found->get<T>();
}

std::string text_of(const json& told, std::string_view key) {
  return value_of(told, key, std::string());
}

json list_of(const json& told, std::string_view key) {
  return value_of(told, key, json(json::array()));
}

std::string joined(const json& list) {
  std::string text;
  for (const json& one : list) {
    if (!text.empty()) text += ", ";
    text += one.is_string() ? one.get<std::string>() : one.dump();
  }
  return text;
}

void add_process(const json& told, std::string& page) {
  page += fmt::format(
      "postern {}, process {}, up {}{}\n", text_of(told, "version"),
      value_of(told, "pid", std::int64_t{0}),
      server::span_words(std::chrono::seconds(value_of(told, "uptime_seconds", std::int64_t{0}))),
      value_of(told, "draining", false) ? ", DRAINING: it ends with its last session" : "");
  const json reload = value_of(told, "reload", json(json::object()));
  const bool taken = value_of(reload, "ok", true);
  page += fmt::format("configuration {}: {} {}\n", text_of(told, "configuration"),
                      taken ? "taken" : "RELOAD REFUSED, the one before it is in use;",
                      text_of(reload, "time"));
  for (const json& why : list_of(reload, "why")) {
    page += fmt::format("  {}\n", why.get<std::string>());
  }
  const json keys = list_of(told, "needs_restart");
  if (!keys.empty()) page += fmt::format("  needs a restart: {}\n", joined(keys));
}

// Root has forty.
std::string few_of(const json& names) {
  constexpr std::size_t kMost = 4;
  if (names.size() > kMost) return fmt::format("{} of them", names.size());
  return names.empty() ? "none" : joined(names);
}

// What the process has given up.
void add_sandbox(const json& told, std::string& page) {
  const json sandbox = value_of(told, "sandbox", json(json::object()));
  if (sandbox.empty()) return;
  const auto landlock = value_of(sandbox, "landlock", 0);
  const json capabilities = list_of(sandbox, "capabilities");
  page += fmt::format(
      "sandbox {}: {} system calls, writes {}, {} new privileges; capabilities: {}\n",
      text_of(sandbox, "mode"), text_of(sandbox, "system_calls") == "filtered" ? "few" : "ALL",
      landlock != 0 ? "only where it must (Landlock)" : "wherever files let it",
      value_of(sandbox, "no_new_privileges", false) ? "no" : "MAY GET", few_of(capabilities));
  for (const json& what : list_of(sandbox, "missing")) {
    page += fmt::format("  missing: {}\n", what.get<std::string>());
  }
}

// Of a machine that is alone there is nothing to say.
void add_cluster(const json& told, std::string& page) {
  const json cluster = value_of(told, "cluster", json());
  if (!cluster.is_object()) return;
  const auto nodes = value_of(cluster, "nodes", std::uint64_t{0});
  page += value_of(cluster, "up", false)
              ? fmt::format("cluster: node {} of {}, on {}\n", text_of(cluster, "node"), nodes,
                            text_of(cluster, "engine"))
              : fmt::format("cluster: node {} COUNTS ALONE: {}\n", text_of(cluster, "node"),
                            text_of(cluster, "why"));
}

void add_hints(const json& told, std::string& page) {
  for (const json& hint : list_of(told, "hints")) {
    page += fmt::format("note: {}\n", hint.get<std::string>());
  }
  const json silent = list_of(told, "silent_workers");
  if (!silent.empty()) {
    page += fmt::format("note: workers that did not answer, and are not counted below: {}\n",
                        joined(silent));
  }
  const auto lost = value_of(told, "log_lines_lost", std::uint64_t{0});
  if (lost != 0) page += fmt::format("note: {} lines of the log were lost\n", lost);
}

std::string states_text(const json& states) {
  std::string text;
  std::uint64_t sum = 0;
  for (const auto& [state, count] : states.items()) {
    const auto number = count.get<std::uint64_t>();
    sum += number;
    if (number != 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", number, state);
  }
  return text.empty() ? "no sessions" : fmt::format("{} sessions: {}", sum, text);
}

void add_listeners(const json& told, std::string& page) {
  page += fmt::format("\nlisteners ({} sessions)\n", value_of(told, "sessions", 0U));
  for (const json& one : list_of(told, "listeners")) {
    page += fmt::format("  {:<12} {:<8} {}; {}\n", text_of(one, "name"), text_of(one, "tls"),
                        joined(list_of(one, "addresses")),
                        states_text(value_of(one, "sessions", json(json::object()))));
  }
}

void add_limits(const json& told, std::string& page) {
  const json limits = list_of(told, "limits");
  if (limits.empty()) return;
  page += "\nlimits\n";
  for (const json& one : limits) {
    const auto now = value_of(one, "now", std::uint64_t{0});
    const auto most = value_of(one, "most", std::uint64_t{0});
    const std::string share =
        most == 0 ? "no limit" : fmt::format("of {} ({} %)", most, now * 100 / most);
    const std::string who = text_of(one, "who");
    page += fmt::format("  {:<36} {} {}{}{}\n", text_of(one, "name"), now, share,
                        who.empty() ? "" : "  ", who);
  }
}

void add_backends(const json& told, std::string& page) {
  const json backends = list_of(told, "backends");
  if (backends.empty()) return;
  page += "\nbackends\n";
  for (const json& one : backends) {
    const auto waiting = value_of(one, "waiting", 0U);
    page += fmt::format("  {}: {} connections{}\n", text_of(one, "name"),
                        value_of(one, "connections", 0U),
                        waiting == 0 ? "" : fmt::format(", {} wait for one", waiting));
    for (const json& address : list_of(one, "addresses")) {
      const std::string name = text_of(address, "address");
      if (value_of(address, "up", true)) {
        page += fmt::format("    {:<24} up, {} connections\n", name,
                            value_of(address, "connections", 0U));
      } else {
        page += fmt::format("    {:<24} DOWN since {}: {}\n", name, text_of(address, "since"),
                            text_of(address, "why"));
      }
    }
  }
}

void add_certificates(const json& told, std::string& page) {
  const json certificates = list_of(told, "certificates");
  if (certificates.empty()) return;
  page += "\ncertificates\n";
  for (const json& one : certificates) {
    const auto days = value_of(one, "days_left", std::int64_t{0});
    page += fmt::format("  {}: {} ({})\n", text_of(one, "file"),
                        days < 0 ? "EXPIRED" : fmt::format("{} days left", days),
                        joined(list_of(one, "names")));
  }
}

}  // namespace

std::string status_page(const json& told) {
  std::string page;
  add_process(told, page);
  add_sandbox(told, page);
  add_cluster(told, page);
  add_hints(told, page);
  add_listeners(told, page);
  add_limits(told, page);
  add_backends(told, page);
  add_certificates(told, page);
  page += fmt::format("\nbans: {}\n", value_of(told, "bans", std::uint64_t{0}));
  return page;
}

}  // namespace postern::cli
