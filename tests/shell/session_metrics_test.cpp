// SPDX-License-Identifier: Apache-2.0
// What of a session is counted for metrics, and that each is counted in exactly one state.
#include <catch2/catch.hpp>

#include "proxy/admin/metrics_sums.hpp"
#include "tests/shell/world.hpp"

namespace postern::shell {
namespace {

using admin::Metric;

// Of the series of these labels, a gauge's or a counter's.
std::uint64_t counted(World& world, Metric metric, admin::Counters::Labels labels) {
  return world.counters.counter(metric, labels).value();
}

std::uint64_t total(const World& world, Metric metric) {
  admin::MetricSums sums;
  world.counters.collect(sums);
  std::uint64_t total = 0;
  for (const auto& [key, sum] : sums.all()) {
    if (key.first != metric) continue;
    total += sum.buckets.empty() ? sum.value : sum.observations();
  }
  return total;
}

bool adds_up(const World& world) {
  return total(world, Metric::kConnectionsTotal) ==
         total(world, Metric::kConnections) + total(world, Metric::kSessions);
}

void check_state(World& world, std::string_view listener, std::string_view state) {
  INFO(listener << " " << state);
  CHECK(counted(world, Metric::kConnections, {listener, state}) == 1);
  CHECK(total(world, Metric::kConnections) == 1);
  CHECK(adds_up(world));
}

TEST_CASE("a session is counted where it is, and then as over") {
  World world;
  auto client = world.connect(Door::kPop3s);
  check_state(world, "pop3s", "handshake");
  client->start_tls();
  world.until([&] { return client->secured(); });
  world.hears(*client, "+OK POP3 ready\r\n");
  check_state(world, "pop3s", "authorization");
  client->say("USER alice\r\nPASS secret\r\n");
  Peer& server = world.asked_about("secret");
  check_state(world, "pop3s", "login");
  server.say("+OK\r\n");
  world.hears(*client, "+OK");
  world.until([&] { return world.newest->state() == session::State::kTransaction; });
  check_state(world, "pop3s", "transaction");
  client->say("STAT\r\nFOO\r\nDELE 9\r\n");
  world.hears(server, "DELE 9\r\n");
  server.say("+OK 1 2\r\n-ERR no such message\r\n");
  world.hears(*client, "-ERR no such message\r\n");
  CHECK(counted(world, Metric::kCommands, {"STAT", "ok"}) == 1);
  CHECK(counted(world, Metric::kCommands, {"unknown", "refused"}) == 1);
  CHECK(counted(world, Metric::kCommands, {"DELE", "error"}) == 1);
  server.finish();
  world.until_empty(*client);
  CHECK(total(world, Metric::kConnections) == 0);
  CHECK(adds_up(world));
  CHECK(counted(world, Metric::kSessions, {"pop3s", "backend"}) == 1);
  CHECK(counted(world, Metric::kBackendErrors, {"mail", "proxy_dest_closed"}) == 1);
  CHECK(counted(world, Metric::kHandshakes, {"pop3s", "1.3", "ok"}) == 1);
  CHECK(counted(world, Metric::kAuthAttempts, {"USER", "1.3", "ok", "none"}) == 1);
  CHECK(counted(world, Metric::kDecisions, {"policy.login", "allow"}) == 1);
  CHECK(counted(world, Metric::kClientSessions, {"unknown", "1.3"}) == 1);
  CHECK(total(world, Metric::kHandshakeDuration) == 1);
  CHECK(total(world, Metric::kLoginDuration) == 1);
  CHECK(total(world, Metric::kSessionDuration) == 1);
  CHECK(counted(world, Metric::kClientBytes, {"in"}) > 100);
  CHECK(counted(world, Metric::kClientBytes, {"out"}) > 100);
}

TEST_CASE("handshakes that come to nothing are counted") {
  World world;
  SECTION("bytes in clear behind STLS") {
    auto client = world.greeted(Door::kPop3);
    client->say("STLS\r\nUSER mallory\r\n");
    world.until_empty(*client);
    CHECK(counted(world, Metric::kStlsInjections, {}) == 1);
    CHECK(counted(world, Metric::kStls, {"injection"}) == 1);
    CHECK(total(world, Metric::kHandshakes) == 0);
  }
  SECTION("no TLS where it begins") {
    auto client = world.connect(Door::kPop3s);
    client->say("USER mallory\r\n");
    world.until_empty(*client);
    CHECK(counted(world, Metric::kHandshakes, {"pop3s", "none", "failed"}) == 1);
  }
  SECTION("nothing at all") {
    auto client = world.connect(Door::kPop3s);
    client->finish();
    world.until_empty(*client);
    CHECK(total(world, Metric::kHandshakes) == 0);
    CHECK(counted(world, Metric::kSessions, {"pop3s", "client"}) == 1);
  }
  SECTION("leaving behind STLS") {
    auto client = world.greeted(Door::kPop3);
    client->say("STLS\r\n");
    world.hears(*client, "+OK");
    client->finish();
    world.until_empty(*client);
    CHECK(counted(world, Metric::kStls, {"not_finished"}) == 1);
    CHECK(counted(world, Metric::kHandshakes, {"pop3", "none", "not_finished"}) == 1);
  }
  CHECK(total(world, Metric::kConnections) == 0);
  CHECK(adds_up(world));
}

TEST_CASE("logins that come to nothing are counted, and what was tried too often") {
  World world;
  SECTION("a password in clear") {
    auto client = world.greeted(Door::kStrict);
    client->say("USER alice\r\nPASS secret\r\n");
    client->finish();
    world.until_empty(*client);
    CHECK(counted(world, Metric::kSecretsExposed, {"strict", "USER"}) == 1);
    CHECK(counted(world, Metric::kDecisions, {"policy.login", "deny"}) == 1);
    CHECK(counted(world, Metric::kAuthAttempts,
                  {"USER", "none", "denied", "cleartext_auth_disabled"}) == 1);
  }
  SECTION("too many bad commands") {
    auto client = world.greeted(Door::kPop3);
    for (int i = 0; i < 6; ++i) client->say("FOO\r\n");
    world.until_empty(*client);
    CHECK(counted(world, Metric::kLimitHits, {"max_bad_commands"}) == 1);
    CHECK(counted(world, Metric::kSessions, {"pop3", "gateway"}) == 1);
  }
  SECTION("a wrong password") {
    auto client = world.greeted(Door::kPop3);
    world.guess_wrong(*client);
    world.until([&] {
      return counted(world, Metric::kAuthAttempts,
                     {"USER", "none", "failed", "proxy_dest_auth_failed"}) == 1;
    });
    client->finish();
    world.until_empty(*client);
  }
  CHECK(total(world, Metric::kConnections) == 0);
  CHECK(adds_up(world));
}

TEST_CASE("sessions that are ended at once, or never began, are over like all others") {
  World world;
  auto client = world.greeted(Door::kPop3);
  const net::Address nowhere;
  world.table
      .add(std::make_unique<session::Session>(world.environment, world.snapshot,
                                              world.snapshot->listeners[1], nowhere, nowhere))
      .start(net::Descriptor());
  world.until([&] { return world.table.size() == 1; });
  CHECK(adds_up(world));
  world.table.kill();
  world.until_empty(*client);
  CHECK(counted(world, Metric::kSessions, {"pop3", "gateway"}) == 2);
  CHECK(adds_up(world));
}

}  // namespace
}  // namespace postern::shell
