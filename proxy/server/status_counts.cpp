// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/status_counts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "proxy/session/session_state.hpp"

namespace postern::server {
namespace {

using admin::Metric;
using admin::MetricSums;
using nlohmann::json;

// As many rows as somebody reads.
constexpr std::size_t kMostRows = 100;

// Both labels of a metric that has two, and its value.
template <class Visit>
void each_pair(const MetricSums& sums, Metric metric, Visit visit) {
  for (const auto& [key, sum] : sums.all()) {
    if (key.first == metric && key.second.size() == 2) visit(key.second[0], key.second[1], sum);
  }
}

json in_order(std::vector<std::pair<std::uint64_t, json>> rows) {
  std::ranges::stable_sort(rows, std::greater(), [](const auto& row) { return row.first; });
  if (rows.size() > kMostRows) rows.resize(kMostRows);
  json list = json::array();
  for (auto& row : rows) list.push_back(std::move(row.second));
  return list;
}

std::string_view door_words(conf::ListenerTls tls) noexcept {
  switch (tls) {
    case conf::ListenerTls::kImplicit:
      return "implicit TLS";
    case conf::ListenerTls::kStls:
      return "STLS";
    case conf::ListenerTls::kNone:
      return "none";
  }
  std::unreachable();
}

}  // namespace

std::uint64_t sum_of(const MetricSums& sums, Metric metric) {
  std::uint64_t sum = 0;
  for (const auto& [key, one] : sums.all()) sum += key.first == metric ? one.value : 0;
  return sum;
}

std::string percent_text(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "0";
  const std::uint64_t tenths = part >= whole ? 1000 : part * 1000 / whole;
  return tenths % 10 == 0 ? fmt::format("{}", tenths / 10)
                          : fmt::format("{}.{}", tenths / 10, tenths % 10);
}

json sessions_by_listener(const Overview& overview, const MetricSums& sums) {
  std::map<std::string, std::map<std::string, std::uint64_t>> counted;
  each_pair(sums, Metric::kConnections,
            [&](const auto& listener, const auto& state, const auto& sum) {
              counted[listener][state] += sum.value;
            });
  json list = json::array();
  const auto add = [&](const std::string& name, std::string_view tls, const json& addresses) {
    json row = {{"name", name}, {"tls", tls}, {"addresses", addresses}};
    std::uint64_t all = 0;
    for (std::size_t i = 0; i < session::kStateCount; ++i) {
      const std::string state(name_of(static_cast<session::State>(i)));
      const std::uint64_t count = counted[name][state];
      row[state] = count;
      all += count;
    }
    row["all"] = all;
    counted.erase(name);
    if (!addresses.empty() || all != 0) list.push_back(std::move(row));
  };
  for (const Overview::Listener& one : overview.listeners) {
    add(one.name, door_words(one.tls), one.addresses);
  }
  while (!counted.empty()) add(std::string(counted.begin()->first), "closed", json::array());
  return list;
}

json refusals_by_rule(const MetricSums& sums) {
  std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> rules;
  each_pair(sums, Metric::kDecisions, [&](const auto& rule, const auto& decision, const auto& sum) {
    if (decision == "deny") rules[rule].first += sum.value;
    if (decision == "would_deny") rules[rule].second += sum.value;
  });
  std::vector<std::pair<std::uint64_t, json>> rows;
  for (const auto& [rule, counts] : rules) {
    const auto [denied, reported] = counts;
    if (denied + reported == 0) continue;
    rows.emplace_back(denied + reported,
                      json{{"rule", rule}, {"denied", denied}, {"would_deny", reported}});
  }
  return in_order(std::move(rows));
}

json counts_by_label(const MetricSums& sums, Metric metric, std::string_view label) {
  const auto& names = admin::traits_of(metric).label_names;
  const auto which = static_cast<std::size_t>(std::ranges::find(names, label) - names.begin());
  std::map<std::string, std::uint64_t> counts;
  for (const auto& [key, sum] : sums.all()) {
    if (key.first == metric && which < key.second.size()) counts[key.second[which]] += sum.value;
  }
  std::vector<std::pair<std::uint64_t, json>> rows;
  for (const auto& [name, count] : counts) {
    if (count != 0) rows.emplace_back(count, json{{"name", name}, {"count", count}});
  }
  return in_order(std::move(rows));
}

json sessions_by_program(const MetricSums& sums) {
  std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> programs;
  each_pair(sums, Metric::kClientSessions,
            [&](const auto& program, const auto& tls, const auto& sum) {
              (tls == "none" ? programs[program].second : programs[program].first) += sum.value;
            });
  std::vector<std::pair<std::uint64_t, json>> rows;
  for (const auto& [program, counts] : programs) {
    const auto [with, without] = counts;
    if (with + without == 0) continue;
    rows.emplace_back(with + without, json{{"name", program},
                                           {"with_tls", with},
                                           {"without_tls", without},
                                           {"share", percent_text(with, with + without)}});
  }
  return in_order(std::move(rows));
}

}  // namespace postern::server
