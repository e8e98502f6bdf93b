// SPDX-License-Identifier: Apache-2.0
// What the status page says: numbers by day, by listener, by rule, and what needs attention.
#include "proxy/server/status_model.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "proxy/server/status_counts.hpp"

namespace postern::server {
namespace {

using admin::Metric;
using admin::MetricSums;
using nlohmann::json;
using std::chrono::sys_days;
using namespace std::chrono_literals;

constexpr sys_days kDay = std::chrono::year(2026) / 11 / 23;
constexpr std::chrono::days kOne{1};

MetricSums summed(
    std::initializer_list<std::tuple<Metric, MetricSums::Labels, std::uint64_t>> all) {
  MetricSums sums;
  for (const auto& [metric, labels, value] : all) sums.add(metric, labels, {.value = value});
  return sums;
}

Overview healthy() {
  Overview told;
  told.version = "1.2.3";
  told.now = kDay + 12h;
  told.started = kDay - 50h;
  told.reload.when = kDay + 1h;
  told.listeners = {{.name = "pop3s", .addresses = {"192.0.2.1:995"}}};
  told.limits = {{.name = "bans", .now = 1, .most = 512}, {.name = "users", .now = 7}};
  told.backends = {
      {.name = "old", .addresses = {{.address = "10.0.0.1:110"}, {.address = "10.0.0.2:110"}}}};
  told.certificates = {{.file = "/a.pem", .names = {"pop.example"}, .not_after = kDay + 24h * 60}};
  return told;
}

json model_of(const Overview& overview, const MetricSums& sums = {},
              const std::vector<admin::Gauge>& gauges = {}, std::size_t silent = 0) {
  return status_model({.overview = overview, .days = {}, .host = "here"}, sums, gauges, silent);
}

// "weight: text" of each.
std::string notices_in(const json& model) {
  std::string all;
  for (const json& one : model["notices"]) {
    all += one["weight"].get<std::string>() + ": " + one["text"].get<std::string>() + "\n";
  }
  return all;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("logins are counted for the day they come on") {
  RollOut days;
  days.note(kDay + 23h + 59min, {.with_tls = 100, .without = 50, .denied = 9});
  CHECK(days.days().at(kDay) == Logins{});  // from before anybody looked
  days.note(kDay + 23h + 59min + 30s, {.with_tls = 103, .without = 51, .denied = 9});
  days.note(kDay + 24h, {.with_tls = 104, .without = 51, .denied = 10});
  CHECK(days.days().at(kDay) == Logins{.with_tls = 3, .without = 1});
  CHECK(days.days().at(kDay + kOne) == Logins{.with_tls = 1, .denied = 1});
  SECTION("what comes while nobody looks is of no day") {
    days.note(kDay + 40h, {.with_tls = 1000, .without = 51, .denied = 10});
    CHECK(days.days().at(kDay + kOne) == Logins{.with_tls = 1, .denied = 1});
    days.note(kDay + 40h + 1s, {.with_tls = 1001, .without = 0, .denied = 10});
    CHECK(days.days().at(kDay + kOne) == Logins{.with_tls = 2, .denied = 1});
  }
  SECTION("thirty days are kept, and none of the future") {
    for (int day = 2; day < 60; ++day) days.note(kDay + day * kOne, {});
    CHECK(days.days().size() == RollOut::kMostDays);
    CHECK(days.days().begin()->first == kDay + 30 * kOne);
    days.note(kDay + 50 * kOne, {});
    CHECK(days.days().rbegin()->first == kDay + 50 * kOne);
  }
}

TEST_CASE("logins are told by what protects them") {
  const MetricSums sums = summed({{Metric::kAuthAttempts, {"USER", "1.3", "ok", "none"}, 5},
                                  {Metric::kAuthAttempts, {"PLAIN", "1.2", "ok", "none"}, 1},
                                  {Metric::kAuthAttempts, {"USER", "none", "ok", "none"}, 2},
                                  {Metric::kAuthAttempts, {"USER", "none", "denied", "x"}, 4},
                                  {Metric::kAuthAttempts, {"USER", "1.3", "failed", "x"}, 8},
                                  {Metric::kBans, {}, 3}});
  CHECK(logins_in(sums) == Logins{.with_tls = 6, .without = 2, .denied = 4});
  CHECK(percent_text(6, 8) == "75");
  CHECK(percent_text(999, 1000) == "99.9");
  CHECK(percent_text(9999, 10'000) == "99.9");  // all is all
  CHECK(percent_text(0, 0) == "0");
}

TEST_CASE("counters are told by listener, rule, cause and program, most first") {
  const json model =
      model_of(healthy(), summed({{Metric::kConnections, {"pop3s", "transaction"}, 3},
                                  {Metric::kConnections, {"pop3s", "handshake"}, 1},
                                  {Metric::kConnections, {"gone", "login"}, 1},
                                  {Metric::kConnections, {"over", "login"}, 0},
                                  {Metric::kDecisions, {"policy.login", "deny"}, 2},
                                  {Metric::kDecisions, {"policy.login", "allow"}, 99},
                                  {Metric::kDecisions, {"policy.exposed", "would_deny"}, 5},
                                  {Metric::kRejected, {"pop3s", "banned"}, 4},
                                  {Metric::kRejected, {"pop3", "banned"}, 4},
                                  {Metric::kLimitHits, {"max_connections"}, 1},
                                  {Metric::kClientSessions, {"mutt", "1.3"}, 1},
                                  {Metric::kClientSessions, {"curl", "none"}, 2},
                                  {Metric::kClientSessions, {"curl", "1.2"}, 6},
                                  {Metric::kSecretsExposed, {"pop3", "USER"}, 2}}));
  REQUIRE(model["listeners"].size() == 2);
  CHECK(model["listeners"][0]["all"] == 4);
  CHECK(model["listeners"][0]["transaction"] == 3);
  CHECK(model["listeners"][1]["name"] == "gone");
  CHECK(model["listeners"][1]["tls"] == "closed");
  CHECK(model["refusals"] == json({{{"rule", "policy.exposed"}, {"denied", 0}, {"would_deny", 5}},
                                   {{"rule", "policy.login"}, {"denied", 2}, {"would_deny", 0}}}));
  CHECK(model["turned_away"] == json({{{"name", "banned"}, {"count", 8}}}));
  CHECK(model["limit_hits"] == json({{{"name", "max_connections"}, {"count", 1}}}));
  CHECK(model["programs"][0] ==
        json({{"name", "curl"}, {"with_tls", 6}, {"without_tls", 2}, {"share", "75"}}));
  CHECK(model["exposed"] == 2);
  CHECK(model["uptime"] == "2 d 14 h");
  CHECK(model["certificates"][0]["days_left"] == 59);
  CHECK(has(notices_in(model), "warning: Passwords that crossed the network unprotected: 2."));
}

TEST_CASE("nothing needs attention where all is well") {
  CHECK(notices_in(model_of(healthy())).empty());
}

TEST_CASE("what needs attention is said with what to do") {
  Overview overview = healthy();
  overview.draining = true;
  overview.reload.taken = false;
  overview.reload.why = {"postern.toml:1:1: error: alice"};
  overview.restart_keys = {"server.workers"};
  overview.log_lines_lost = 3;
  overview.backends[0].addresses[0].up = false;
  overview.limits.push_back({.name = "limits.max_connections", .now = 80, .most = 100});
  overview.certificates.push_back(
      {.file = "/soon.pem", .names = {"soon"}, .not_after = overview.now + 24h * 13});
  overview.certificates.push_back({.file = "/over.pem", .names = {}, .not_after = overview.now});
  const json model = model_of(
      overview, {},
      {{Metric::kCertificateMatches, {"good"}, 1}, {Metric::kCertificateMatches, {"bad"}, 0}}, 2);
  const std::string notices = notices_in(model);
  CHECK(has(notices, "problem: Threads that do not answer: 2."));
  CHECK(has(notices, "problem: The last reload was refused"));
  CHECK(has(notices, "problem: The certificate of /over.pem has expired"));
  CHECK(has(notices, "problem: No certificate is for bad,"));
  CHECK(has(notices, "warning: It drains"));
  CHECK(has(notices, "warning: Changed in the file, but only a restart takes it: server.workers."));
  CHECK(has(notices, "warning: Lines of the log that were lost: 3."));
  CHECK(has(notices, "warning: Of backend old 1 of 2 addresses are down"));
  CHECK(has(notices, "warning: The certificate of soon expires in 13 days: renew /soon.pem"));
  CHECK(has(notices, "warning: limits.max_connections is nearly reached: 80 of 100."));
  CHECK_FALSE(has(notices, "good"));
  CHECK(notices.rfind("problem: ") < notices.find("warning: "));
  CHECK(model["certificates"][2]["over"] == true);
  CHECK_FALSE(has(model.dump(), "alice"));

  overview.backends[0].addresses[1].up = false;
  overview.backends[0].addresses[1].since = overview.now - 61s;
  overview.certificates[1].not_after = overview.now + 25h;
  const json worse = model_of(overview);
  CHECK(has(notices_in(worse), "problem: Backend old is down"));
  CHECK(has(notices_in(worse), "problem: The certificate of soon expires in 1 day:"));
  CHECK(worse["backends"][0]["addresses"][1]["since"] == "1 min 1 s");
}

}  // namespace
}  // namespace postern::server
