// SPDX-License-Identifier: Apache-2.0
#include "proxy/cluster/engine_search.hpp"

#include "tests/loop/wire.hpp"

namespace postern::cluster {
namespace {

using Found = EngineSearch::Found;

struct Walk {
  std::vector<EngineAddress> addresses = {{"127.0.0.1", 1}, {"127.0.0.2", 2}, {"127.0.0.3", 3}};
  net::Loop loop;
  net::Resolver resolver{loop};
  int found = 0;
  EngineSearch search{resolver, addresses, [this] { ++found; }};

  /// "127.0.0.1:1", or "none".
  std::string next() {
    EngineSearch::Place place;
    const Found found_now = search.next(place);
    REQUIRE(found_now != Found::kLater);
    return found_now == Found::kNow ? place.address.text() : "none";
  }
};

TEST_CASE("addresses come in turn, and then anew") {
  Walk walk;
  for (int i = 0; i < 2; ++i) {
    CHECK(walk.next() == "127.0.0.1:1");
    CHECK(walk.next() == "127.0.0.2:2");
    CHECK(walk.next() == "127.0.0.3:3");
    CHECK(walk.next() == "none");
  }
}

TEST_CASE("what did last comes first") {
  Walk walk;
  walk.next();
  walk.next();
  walk.search.settle();
  CHECK(walk.next() == "127.0.0.2:2");
  CHECK(walk.next() == "127.0.0.3:3");
  CHECK(walk.next() == "127.0.0.1:1");
  CHECK(walk.next() == "none");
}

TEST_CASE("where one is sent to comes next, and not without end") {
  Walk walk;
  walk.next();
  walk.search.send_to({"::1", 9});
  CHECK(walk.next() == "[::1]:9");
  walk.search.settle();
  CHECK(walk.next() == "127.0.0.1:1");  // who sent us there knows it again
  for (int i = 0; i < 10; ++i) {
    walk.search.send_to({"::1", 9});
    if (walk.next() != "[::1]:9") {
      CHECK(i == 3);
      return;
    }
  }
  FAIL("it goes round in circles");
}

TEST_CASE("names become addresses, and one without is told") {
  Walk walk;
  walk.addresses = {{"localhost", 7}, {"no-such-name.invalid", 8}};
  EngineSearch::Place place;
  REQUIRE(walk.search.next(place) == Found::kLater);
  CHECK(walk.search.next(place) == Found::kLater);
  net::turn_until(walk.loop, [&] { return walk.found == 1; });
  REQUIRE(walk.search.next(place) == Found::kNow);
  CHECK(place.host == "localhost");
  CHECK(place.address.port() == 7);
  Found last = Found::kNow;
  while (last == Found::kNow) last = walk.search.next(place);  // it may have two
  REQUIRE(last == Found::kLater);
  net::turn_until(walk.loop, [&] { return walk.found == 2; });
  CHECK(walk.search.next(place) == Found::kNone);
  CHECK_THAT(walk.search.take_unknown(), Catch::StartsWith("no-such-name.invalid:8: "));
  CHECK(walk.search.take_unknown().empty());
}

}  // namespace
}  // namespace postern::cluster
