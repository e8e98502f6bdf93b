// SPDX-License-Identifier: Apache-2.0
// Metrics of a whole process: where they are asked for, what a reload does to that, and how one
// process hands its numbers to another.
#include "proxy/server/metrics_desk.hpp"

#include <catch2/catch.hpp>

#include "proxy/admin/metrics.hpp"
#include "proxy/server/login_memory.hpp"
#include "proxy/server/plans.hpp"
#include "tests/shell/supervised.hpp"

namespace postern::server {
namespace {

constexpr std::string_view kAnyPort = "[metrics]\nlisten = \"127.0.0.1:0\"\n";

// All that is answered to one request.
std::string asked(const net::Address& address, std::string_view request) {
  Client client(address);
  client.send(std::string(request) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  std::string all;
  for (int empty = 0; empty < 2;) {  // the one before the body, and what is read at the end
    const std::string line = client.line();
    empty = line.empty() ? empty + 1 : 0;
    if (empty < 2) all += line + "\n";
  }
  return all;
}

bool begins(const std::string& answer, std::string_view status) {
  return answer.starts_with("HTTP/1.1 " + std::string(status) + " ");
}

TEST_CASE("a supervisor tells its metrics where it is configured") {
  Supervised world;
  world.written.more = kAnyPort;
  world.write();
  const Changes changes = world.start();
  REQUIRE(changes.metrics);
  CHECK(world.greeting() == "+OK first");
  const std::string page = asked(*changes.metrics, "GET /metrics");
  CHECK(begins(page, "200"));
  CHECK(page.find("\npostern_connections_total{listener=\"pop3\"} 1\n") != std::string::npos);
  CHECK(page.find("\npostern_certificate_matches_name{name=\"localhost\"} 1\n") !=
        std::string::npos);
  CHECK(page.find("\npostern_backend_up{backend=\"old\",address=\"127.0.0.1:1\"} ") !=
        std::string::npos);
  CHECK(page.find("\npostern_bans 0\n") != std::string::npos);
  CHECK(begins(asked(*changes.metrics, "GET /-/healthy"), "200"));
  CHECK(begins(asked(*changes.metrics, "GET /-/ready"), "200"));
  CHECK(begins(asked(*changes.metrics, "GET /other"), "404"));
  CHECK(begins(asked(*changes.metrics, "PUT /metrics"), "405"));
  CHECK(asked(*changes.metrics, "HEAD /-/healthy").ends_with("Connection: close\n\n"));
  world.supervisor->drain();
  const std::string readiness = asked(*changes.metrics, "GET /-/ready");
  CHECK(begins(readiness, "503"));
  CHECK(readiness.find("draining") != std::string::npos);
}

TEST_CASE("the status page is there as soon as anybody may ask") {
  Supervised world;
  world.written.more = kAnyPort;
  world.write();
  const Changes changes = world.start();
  REQUIRE(changes.metrics);
  const std::string page = asked(*changes.metrics, "GET /");
  CHECK(begins(page, "200"));
  CHECK(page.find("\nContent-Type: text/html; charset=utf-8\n") != std::string::npos);
  CHECK(page.find("\nContent-Security-Policy: default-src 'none'; ") != std::string::npos);
  CHECK(page.find("<!doctype html>") != std::string::npos);
  const std::string told = asked(*changes.metrics, "GET /status.json");
  CHECK(begins(told, "200"));
  CHECK(told.find("\"name\": \"old\"") != std::string::npos);
  CHECK(told.find("\"ok\": true") != std::string::npos);
  CHECK(begins(asked(*changes.metrics, "GET /status.css"), "200"));
  CHECK(begins(asked(*changes.metrics, "GET /status.js"), "200"));
}

TEST_CASE("a reload moves metrics, and one that is refused leaves them") {
  Supervised world;
  CHECK_FALSE(world.start().metrics);
  world.written.more = kAnyPort;
  const auto moved = world.reload();
  REQUIRE(moved);
  REQUIRE(moved->metrics);
  const auto again = world.reload();
  REQUIRE(again);
  CHECK(again->metrics->port() == moved->metrics->port());
  world.written.greeting = "+OK";
  world.written.backend = "nowhere";
  CHECK_FALSE(world.reload());
  const std::string page = asked(*moved->metrics, "GET /metrics");
  CHECK(page.find("\npostern_config_last_reload_successful 0\n") != std::string::npos);
  world.written.backend = "127.0.0.1:1";
  world.written.more.clear();
  const auto gone = world.reload();
  REQUIRE(gone);
  CHECK_FALSE(gone->metrics);
  CHECK_FALSE(Client(*moved->metrics).connected());
}

TEST_CASE("where another program listens metrics cannot be told") {
  Supervised world;
  auto taken = net::open_listening_socket(*net::Address::parse("127.0.0.1", 0));
  REQUIRE(taken);
  const net::Address address = *net::Address::of_socket(taken->get());
  // This one is not shared, as those of listeners are.
  const int off = 0;
  setsockopt(taken->get(), SOL_SOCKET, SO_REUSEPORT, &off, sizeof off);
  world.written.more = "[metrics]\nlisten = \"" + address.text() + "\"\n";
  world.write();
  const auto refused = world.try_start();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().cause == Refusal::Cause::kSystem);
  const std::string& text = refused.error().diagnostics.at(0).text;
  INFO(text);
  CHECK(text.find("cannot listen on " + address.text()) != std::string::npos);
  CHECK(text.find("in use") != std::string::npos);
}

TEST_CASE("another process takes over the numbers, and then the port") {
  const admin::Log log;
  admin::Metrics old(log);
  old.new_counters().count(admin::Metric::kSessions, {"pop3", "client"}, 7);
  admin::Metrics next(log);
  next.carry(old.series());
  next.new_counters().count(admin::Metric::kSessions, {"pop3", "client"});
  CHECK(next.series().at(R"(postern_sessions_total{listener="pop3",ended_by="client"})") == 8);

  net::Loop loop;
  const MetricsDesk::Workers workers;
  MetricsDesk desk(loop, log, workers);
  const StatusDesk status(desk);
  desk.add_page("/more", [] { return admin::HttpAnswer{.body = "more\n"}; });
  const Place place;
  Written written;
  written.more = kAnyPort;
  const auto document = conf::read_text(written.text(place), "postern.toml");
  REQUIRE(document);
  auto ready = desk.prepare(*document);
  REQUIRE(ready);
  desk.use(*std::move(ready), document->settings.live, nullptr);
  REQUIRE(desk.address());
  CHECK(begins(asked(*desk.address(), "GET /more"), "200"));
  CHECK(begins(asked(*desk.address(), "GET /"), "503"));  // nobody has looked yet
  CHECK(begins(asked(*desk.address(), "GET /status.css"), "200"));
  CHECK(asked(*desk.address(), "GET /-/ready").find("starting") != std::string::npos);
  desk.stop();
  CHECK_FALSE(Client(*desk.address()).connected());
  REQUIRE(desk.start());
  CHECK(begins(asked(*desk.address(), "GET /-/healthy"), "200"));
}

}  // namespace
}  // namespace postern::server
