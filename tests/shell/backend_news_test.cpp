// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/backend_news.hpp"

#include <catch2/catch.hpp>

#include "proxy/upstream/dialer.hpp"
#include "tests/shell/logged.hpp"

namespace postern::server {
namespace {

using Catch::Contains;
using std::chrono::milliseconds;

}  // namespace

TEST_CASE("an outage is told as it begins, in its phase and its own words, and as it ends") {
  const Place place;
  Logged logged(place);
  BackendNews news(logged.log);
  news.on_down("old",
               {.address = "192.0.2.7:110",
                .phase = upstream::DialPhase::kGreeting,
                .text = "it greets with -ERR",
                .took = milliseconds(1500)},
               3);
  CHECK_THAT(logged.told(1)[0],
             Contains("level=warn event=backend_down backend=old baddr=192.0.2.7:110 "
                      "reason=proxy_dest_connect_failed phase=greeting dur=1.500 msg=\"") &&
                 Contains("it greets with -ERR; after 3 failures in a row it is asked last"));
  news.on_up("old", "192.0.2.7:110", milliseconds(90'250));
  CHECK_THAT(logged.told(1)[0],
             Contains("level=info event=backend_up backend=old baddr=192.0.2.7:110 dur=90.250") &&
                 Contains("192.0.2.7:110 serves again"));
}

TEST_CASE("a log that asks for errors alone hears nothing of outages") {
  const Place place;
  admin::Log log;
  auto ready = log.open({.target = place.file("log"), .level = conf::LogLevel::kError});
  REQUIRE(ready);
  log.use(*std::move(ready));
  BackendNews news(log);
  news.on_down("old", {.address = "192.0.2.7:110"}, 3);
  news.on_up("old", "192.0.2.7:110", milliseconds(1));
  log.write(conf::LogLevel::kError, log.entry(conf::LogLevel::kError, "start").finish("last"));
  wait_until([&] { return !place.read("log").empty(); });
  CHECK_THAT(place.read("log"), !Contains("backend"));
}

}  // namespace postern::server
