// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/health_rounds.hpp"

#include <catch2/catch.hpp>
#include <list>

#include "tests/loop/name_server.hpp"
#include "tests/loop/wire.hpp"
#include "tests/shell/fake_backend.hpp"
#include "tests/shell/heard_news.hpp"

namespace postern::upstream {
namespace {

using std::chrono::milliseconds;
using testing::FakeBackend;
using Kind = FakeBackend::Kind;

/// One backend that is looked after.
struct Ward {
  std::list<FakeBackend> backends;
  std::shared_ptr<std::vector<BackendPlan>> plans = std::make_shared<std::vector<BackendPlan>>(1);
  net::NameServer names;
  net::Loop loop;
  std::unique_ptr<transport::Buffers> buffers = std::make_unique<transport::Buffers>();
  net::Resolver resolver{loop, {.servers = names.address()}};
  HeardNews news;
  HealthRounds rounds{{loop, *buffers, resolver, news}};

  Ward() {
    plan().state = std::make_shared<BackendState>();
    plan().terms.availability = {plan().state, &plan().state->availability};
    plan().check_interval = milliseconds(40);
  }

  BackendPlan& plan() { return plans->front(); }
  FakeBackend& add(Kind kind, std::string greeting = "+OK ready\r\n") {
    FakeBackend& backend = backends.emplace_back(kind, std::move(greeting));
    plan().address.push_back(backend.endpoint());
    return backend;
  }
  void begin() { rounds.look_after(plans, *plans, milliseconds(100)); }
  void turn(const std::function<bool()>& until) {
    net::turn_until(loop, [&] {
      names.serve();
      for (FakeBackend& backend : backends) backend.serve();
      return until();
    });
  }
};

TEST_CASE("a check waits for the greeting, says QUIT and leaves") {
  Ward ward;
  FakeBackend& backend = ward.add(Kind::kServes);
  ward.begin();
  ward.turn([&] { return backend.heard == "QUIT\r\n"; });
  CHECK(backend.left == 0);
  backend.say("+OK bye\r\n");
  ward.turn([&] { return backend.left == 1; });
  ward.turn([&] { return backend.connections == 2; });  // and comes back
  CHECK(ward.news.down.empty());
}

TEST_CASE("a check says first that it is for nobody, where a PROXY header is expected") {
  Ward ward;
  ward.plan().terms.client_address = policy::ClientAddress::kProxyV1;
  FakeBackend& backend = ward.add(Kind::kServes);
  ward.begin();
  ward.turn([&] { return backend.heard == "PROXY UNKNOWN\r\nQUIT\r\n"; });
}

TEST_CASE("a check is one of the connections, and waits for its place before all logins") {
  Ward ward;
  Places& places = *ward.plan().state->places;
  places.allow(1);
  Place taken = places.take();
  FakeBackend& backend = ward.add(Kind::kServes);
  Place login;
  PlaceWait wait(ward.loop, places, Precedence::kLogin, [&] { login = wait.take(); });
  ward.begin();
  ward.turn([&] { return places.waiting() == 2; });
  CHECK(backend.connections == 0);
  taken.release();
  ward.turn([&] { return backend.heard == "QUIT\r\n"; });
  CHECK_FALSE(login);
  CHECK(places.taken() == 1);
  backend.say("+OK bye\r\n");
  ward.turn([&] { return bool(login); });
  ward.turn([&] { return places.waiting() == 1; });  // the next one
  ward.rounds.rest();
  CHECK(places.waiting() == 0);
  login.release();
  CHECK(places.taken() == 0);
}

TEST_CASE("a check that fails gives its place back") {
  Ward ward;
  Places& places = *ward.plan().state->places;
  ward.add(Kind::kNobody);
  ward.begin();
  ward.turn([&] { return !ward.news.down.empty(); });
  ward.rounds.rest();
  CHECK(places.taken() == 0);
}

TEST_CASE("a check comes from the address that was chosen") {
  Ward ward;
  ward.plan().sources = SourceAddresses({"127.0.0.9"});
  const FakeBackend& backend = ward.add(Kind::kServes);
  ward.begin();
  ward.turn([&] { return backend.connections == 1; });
  CHECK(backend.callers.front() == "127.0.0.9");
}

TEST_CASE("each address is looked after, those of a name too") {
  Ward ward;
  const FakeBackend& first = ward.add(Kind::kServes);
  const FakeBackend& named = ward.backends.emplace_back(Kind::kServes, "+OK\r\n", "127.0.0.2");
  ward.names.names["mail.test"] = {"127.0.0.2"};
  ward.plan().address.push_back({"mail.test", named.address().port()});
  ward.begin();
  ward.turn([&] { return first.connections > 0 && named.connections > 0; });
}

TEST_CASE("what a check finds out is told once, and the backend is down, and then up again") {
  const auto bad = GENERATE("-ERR busy\r\n", "220 smtp\r\n", "");
  CAPTURE(bad);
  Ward ward;
  FakeBackend& backend = ward.add(Kind::kServes, bad);
  ward.begin();
  ward.turn([&] { return ward.plan().state->availability.is_down(); });
  CHECK(ward.news.down == std::vector{backend.address().text() + " greeting"});
  const int before = backend.connections;
  ward.turn([&] { return backend.connections > before + 1; });
  backend.greet_with("+OK ready\r\n");
  ward.turn([&] { return !ward.plan().state->availability.is_down(); });
  CHECK(ward.news.up == std::vector{backend.address().text()});
  CHECK(ward.news.down.size() == 1);
}

TEST_CASE("a backend that nobody asks is worth a login's try after a while") {
  Ward ward;
  ward.plan().check_interval = milliseconds(0);
  const FakeBackend& backend = ward.add(Kind::kNobody);
  const auto state = ward.plan().state->addresses.find(backend.address().text());
  const DialFindings findings(ward.plan(), ward.news);
  for (int i = 0; i < 3; ++i) {
    findings.note_failure(*state, ward.loop.now(), {.address = backend.address().text()});
  }
  REQUIRE(ward.plan().terms.known_down());
  ward.begin();
  ward.turn([&] { return !ward.plan().terms.known_down(); });
  CHECK(ward.loop.now() >= state->retry_at());
  findings.note_failure(*state, ward.loop.now(), {.address = backend.address().text()});
  CHECK(ward.plan().terms.known_down());
  CHECK(ward.news.down.size() == 1);
}

TEST_CASE("who is not looked after any more is left alone, in the middle of a check too") {
  Ward ward;
  FakeBackend& backend = ward.add(Kind::kServes, "");
  ward.begin();
  ward.turn([&] { return backend.connections == 1; });
  ward.rounds.rest();
  ward.turn([&] { return backend.left == 1; });
  CHECK(ward.plans.use_count() == 1);
}

}  // namespace
}  // namespace postern::upstream
