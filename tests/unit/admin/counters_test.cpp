// SPDX-License-Identifier: Apache-2.0
// Counters of one thread, what becomes of those of several, and how a process hands them on.
#include "proxy/admin/counters.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <limits>
#include <thread>

#include "proxy/admin/metrics.hpp"
#include "proxy/admin/metrics_page.hpp"
#include "proxy/admin/metrics_sums.hpp"
#include "proxy/admin/process_gauges.hpp"

namespace postern::admin {
namespace {

using std::chrono::milliseconds;

MetricSums::Told told_by(const Counters& counters) {
  MetricSums sums;
  counters.collect(sums);
  return sums.told();
}

bool shows(const std::string& page, std::string_view line) {
  return ("\n" + page).find("\n" + std::string(line) + "\n") != std::string::npos;
}

TEST_CASE("a series is what its labels say, and found again") {
  Counters counters;
  counters.count(Metric::kSessions, {"pop3s", "client"});
  counters.count(Metric::kSessions, {"pop3s", "client"}, 2);
  counters.count(Metric::kSessions, {"pop3s", "backend"});
  Counter& open = counters.counter(Metric::kConnections, {"pop3s", "login"});
  open.add(3);
  open.take();
  CHECK(&open == &counters.counter(Metric::kConnections, {"pop3s", "login"}));
  CHECK(open.value() == 2);
  const auto told = told_by(counters);
  CHECK(told.at(R"(postern_sessions_total{listener="pop3s",ended_by="client"})") == 3);
  CHECK(told.at(R"(postern_sessions_total{listener="pop3s",ended_by="backend"})") == 1);
  CHECK(told.size() == 2);  // what may fall again is nobody's to carry
  counters.clear(Metric::kConnections);
  CHECK(open.value() == 0);
}

TEST_CASE("a histogram has an observation in the bucket it belongs to") {
  Counters counters;
  for (const int took : {-5, 0, 1, 2, 3, 10'000, 10'001}) {
    counters.observe(Metric::kHandshakeDuration, {}, milliseconds(took));
  }
  const auto told = told_by(counters);
  const auto bucket = [&](std::string_view bound) {
    return told.at("postern_tls_handshake_duration_seconds_bucket{le=\"" + std::string(bound) +
                   "\"}");
  };
  CHECK(bucket("0.001") == 3);
  CHECK(bucket("0.002") == 4);
  CHECK(bucket("0.005") == 5);
  CHECK(bucket("5") == 5);
  CHECK(bucket("10") == 6);
  CHECK(bucket("+Inf") == 7);
  CHECK(told.at("postern_tls_handshake_duration_seconds_count") == 7);
  CHECK(told.at("postern_tls_handshake_duration_seconds_sum") == Approx(20.007));
}

TEST_CASE("more series than there may be are counted together") {
  Counters counters;
  constexpr std::size_t kTooMany = 10;
  for (std::size_t i = 0; i < Counters::kMostSeries + kTooMany; ++i) {
    counters.count(Metric::kBackendErrors, {"b" + std::to_string(i), "connect"});
  }
  const auto told = told_by(counters);
  CHECK(told.size() == Counters::kMostSeries + 1);
  CHECK(told.at(R"(postern_backend_errors_total{backend="other",reason="other"})") == kTooMany);
  counters.count(Metric::kSessions, {"a", "client"});
  CHECK(told_by(counters).at(R"(postern_sessions_total{listener="a",ended_by="client"})") == 1);
}

TEST_CASE("what is told can be taken up, and goes on from there") {
  Counters counters;
  const std::string odd = "a\\b\"c";
  counters.count(Metric::kBackendErrors, {odd, "connect"}, 7);
  counters.observe(Metric::kLoginDuration, {odd}, milliseconds(30));
  counters.observe(Metric::kLoginDuration, {odd}, milliseconds(90'000));
  MetricSums sums;
  counters.collect(sums);
  MetricSums carried;
  carried.take(sums.told());
  CHECK(carried.told() == sums.told());
  carried.add(sums);
  auto doubled = sums.told();
  for (auto& [series, value] : doubled) value *= 2;
  CHECK(carried.told() == doubled);
}

TEST_CASE("what is no series of this program is not taken up") {
  MetricSums sums;
  sums.take({{"postern_unknown_total", 1},
             {"postern_bans", 1},
             {"postern_sessions_total", 1},
             {R"(postern_sessions_total{listener="a"})", 1},
             {R"(postern_sessions_total{ended_by="client",listener="a"})", 1},
             {R"(postern_sessions_total{listener="a",ended_by="client",more="x"})", 1},
             {R"(postern_sessions_total{listener="a",ended_by="client)", 1},
             {R"(postern_sessions_total{listener="a\)", 1},
             {"postern_tls_handshake_duration_seconds", 1},
             {R"(postern_tls_resumptions_total)", -1},
             {R"(postern_stls_injection_attempts_total)", std::numeric_limits<double>::infinity()},
             {"", 1},
             {"{", 1}});
  CHECK(sums.told().empty());
}

TEST_CASE("the page has each metric once, with help and type, and those without labels always") {
  const std::string empty = metrics_page({}, {});
  CHECK(shows(empty, "postern_tls_resumptions_total 0"));
  CHECK(shows(empty, "postern_session_duration_seconds_count 0"));
  CHECK(empty.find("postern_sessions_total") == std::string::npos);
  Counters counters;
  counters.count(Metric::kSessions, {"pop3s", "client"});
  counters.counter(Metric::kConnections, {"pop3s", "login"}).add();
  MetricSums sums;
  counters.collect(sums);
  const std::vector<Gauge> gauges = {{Metric::kBackendUp, {"mail", "10.0.0.1:110"}, 1.0},
                                     {Metric::kProcessCpu, {}, 1.5}};
  const std::string page = metrics_page(sums, gauges);
  CHECK(shows(page, R"(postern_sessions_total{listener="pop3s",ended_by="client"} 1)"));
  CHECK(shows(page, R"(postern_connections{listener="pop3s",state="login"} 1)"));
  CHECK(shows(page, R"(postern_backend_up{backend="mail",address="10.0.0.1:110"} 1)"));
  CHECK(shows(page, "process_cpu_seconds_total 1.5"));
  CHECK(shows(page, "# TYPE postern_sessions_total counter"));
}

TEST_CASE("threads count side by side while somebody reads") {
  const Log log;
  Metrics metrics(log);
  metrics.carry({{R"(postern_limit_hits_total{limit="x"})", 5}});
  constexpr int kThreads = 3;
  constexpr std::uint64_t kRounds = 20'000;
  std::atomic<int> running{kThreads};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&running, &mine = metrics.new_counters()] {
      for (std::uint64_t round = 0; round < kRounds; ++round) {
        mine.count(Metric::kLimitHits, {"x"});
        mine.count(Metric::kBackendErrors, {std::to_string(round % 600), "tls"});
      }
      --running;
    });
  }
  double last = 0;
  while (running > 0) {
    const auto now = metrics.series().at(R"(postern_limit_hits_total{limit="x"})");
    CHECK(now >= last);
    last = now;
  }
  for (std::thread& thread : threads) thread.join();
  const auto series = metrics.series();
  CHECK(series.at(R"(postern_limit_hits_total{limit="x"})") == kThreads * kRounds + 5);
  CHECK(series.at("postern_log_dropped_total") == 0);
  CHECK(metrics.page().find("process_open_fds") != std::string::npos);
}

TEST_CASE("a thread without a pulse is found, and one that never had one is none") {
  const Log log;
  Metrics metrics(log);
  const auto now = std::chrono::steady_clock::now();
  Counters& one = metrics.new_counters();
  metrics.new_counters();
  CHECK(metrics.silent_since(now) == 0);
  one.note_pulse(now - milliseconds(5));
  CHECK(metrics.silent_since(now) == 1);
  one.note_pulse(now);
  CHECK(metrics.silent_since(now) == 0);
}

TEST_CASE("the system tells what the process uses") {
  for (const Gauge& gauge : process_gauges()) {
    INFO(traits_of(gauge.metric).name);
    CHECK(gauge.labels.empty());
    CHECK((gauge.value > 0 || gauge.metric == Metric::kProcessCpu));
  }
  CHECK(process_gauges().size() == 6);
}

}  // namespace
}  // namespace postern::admin
