// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/status_model.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ranges>
#include <utility>

#include "proxy/server/status_counts.hpp"
#include "proxy/server/status_notices.hpp"
#include "proxy/server/time_words.hpp"

namespace postern::server {
namespace {

using admin::Metric;
using nlohmann::json;
using Clock = std::chrono::system_clock;

// "23 Nov 2026, 15:33:21" for who reads, and the same for programs.
json moment(Clock::time_point when) {
  return {{"text", fmt::format("{:%e %b %Y, %H:%M:%S}", fmt::gmtime(Clock::to_time_t(when)))},
          {"utc", utc_text(when)}};
}

std::chrono::seconds whole_seconds(Clock::duration span) noexcept {
  return std::chrono::floor<std::chrono::seconds>(span);
}

json notices_of(const NoticeFacts& facts) {
  json list = json::array();
  for (const Notice& one : notices_about(facts)) {
    const bool problem = one.weight == Notice::Weight::kProblem;
    list.push_back({{"weight", problem ? "problem" : "warning"},
                    {"word", problem ? "Problem" : "Warning"},
                    {"text", one.text}});
  }
  return list;
}

// The newest day first.
json days_of(const RollOut::Days& days) {
  json list = json::array();
  for (const auto& [day, logins] : std::views::reverse(days)) {
    list.push_back({{"day", fmt::format("{:%Y-%m-%d}", fmt::gmtime(Clock::to_time_t(day)))},
                    {"with_tls", logins.with_tls},
                    {"without_tls", logins.without},
                    {"denied", logins.denied},
                    {"any", logins.done() != 0},
                    {"share", percent_text(logins.with_tls, logins.done())}});
  }
  return list;
}

json backend_rows(const Overview& overview) {
  json list = json::array();
  for (const Overview::Backend& backend : overview.backends) {
    json addresses = json::array();
    for (const Overview::Address& one : backend.addresses) {
      json row = {{"address", one.address}, {"up", one.up}, {"connections", one.connections}};
      row["since"] =
          one.since ? json(span_words(whole_seconds(overview.now - *one.since))) : json();
      addresses.push_back(std::move(row));
    }
    list.push_back({{"name", backend.name},
                    {"connections", backend.connections},
                    {"waiting", backend.waiting},
                    {"addresses", std::move(addresses)}});
  }
  return list;
}

json certificate_rows(const Overview& overview) {
  json list = json::array();
  for (const Overview::Certificate& one : overview.certificates) {
    const long left = days_left(overview, one);
    list.push_back({{"file", one.file},
                    {"names", one.names},
                    {"ends", moment(one.not_after)},
                    {"days_left", left},
                    {"over", one.not_after <= overview.now}});
  }
  return list;
}

json limit_rows(const Overview& overview) {
  json list = json::array();
  for (const Overview::Limit& one : overview.limits) {
    json row = {{"name", one.name}, {"now", one.now}, {"most", nullptr}, {"who", one.who}};
    if (one.most != 0) {
      row["most"] = one.most;
      row["near"] = one.most - one.most / 5;
      row["share"] = percent_text(one.now, one.most);
    }
    list.push_back(std::move(row));
  }
  return list;
}

json logins_today(const StatusFacts& facts) {
  const Logins today = facts.days.empty() ? Logins{} : facts.days.rbegin()->second;
  return {{"count", today.done()},
          {"any", today.done() != 0},
          {"share", percent_text(today.with_tls, today.done())},
          {"denied", today.denied}};
}

void add_counts(json& model, const admin::MetricSums& sums) {
  model["refusals"] = refusals_by_rule(sums);
  model["turned_away"] = counts_by_label(sums, Metric::kRejected, "reason");
  model["limit_hits"] = counts_by_label(sums, Metric::kLimitHits, "limit");
  model["programs"] = sessions_by_program(sums);
  model["exposed"] = sum_of(sums, Metric::kSecretsExposed);
}

}  // namespace

json status_model(const StatusFacts& facts, const admin::MetricSums& sums,
                  const std::vector<admin::Gauge>& gauges, std::size_t silent_threads) {
  const Overview& overview = facts.overview;
  json model = {{"host", facts.host},
                {"version", overview.version},
                {"process", overview.process},
                {"workers", overview.workers},
                {"now", moment(overview.now)},
                {"started", moment(overview.started)},
                {"uptime", span_words(whole_seconds(overview.now - overview.started))},
                {"configuration", overview.configuration},
                {"draining", overview.draining},
                {"reload", moment(overview.reload.when)},
                {"needs_restart", overview.restart_keys},
                {"sessions", overview.sessions},
                {"bans", overview.bans},
                {"log_lines_lost", overview.log_lines_lost},
                {"today", logins_today(facts)},
                {"days", days_of(facts.days)},
                {"listeners", sessions_by_listener(overview, sums)},
                {"backends", backend_rows(overview)},
                {"certificates", certificate_rows(overview)},
                {"limits", limit_rows(overview)}};
  model["reload"]["ok"] = overview.reload.taken;
  add_counts(model, sums);
  model["notices"] = notices_of({.overview = overview,
                                 .gauges = gauges,
                                 .exposed = model["exposed"].get<std::uint64_t>(),
                                 .silent_threads = silent_threads});
  return model;
}

}  // namespace postern::server
