// SPDX-License-Identifier: Apache-2.0
// One worker and its thread, with a listener in clear.
#include "proxy/server/worker.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <fstream>
#include <optional>
#include <string>

#include "proxy/server/login_memory.hpp"
#include "proxy/server/plans.hpp"
#include "tests/loop/no_descriptors.hpp"
#include "tests/shell/client.hpp"
#include "tests/shell/place.hpp"

namespace postern::server {
namespace {

conf::Live one_listener() {
  conf::Live settings;
  conf::Listener& listener = settings.listeners.emplace_back();
  listener.name = "clear";
  listener.tls = conf::ListenerTls::kNone;
  listener.greeting = "hello";
  conf::Backend& backend = settings.backends.emplace_back();
  backend.name = "old";
  backend.address = {{"127.0.0.1", 1}};
  return settings;
}

struct World {
  explicit World(std::uint32_t by_descriptors = 100) : admission(by_descriptors, 100) {
    log.use(*log.open({.target = place.file("log")}));
    worker.start();
  }

  /// From now on with these settings, at the same address.
  void use(const conf::Live& settings) {
    auto plans = make_plans(
        settings, {.credentials = {.certificates = {testing::test_certificate({"localhost"})}}},
        keys, pool);
    REQUIRE(plans);
    std::vector<WorkerDoor> doors;
    doors.push_back({"door", 0, std::nullopt, {}});
    if (address.port() == 0) {
      auto socket = net::open_listening_socket(*net::Address::parse("127.0.0.1", 0));
      REQUIRE(socket);
      address = *net::Address::of_socket(socket->get());
      doors[0].sockets.push_back(*std::move(socket));
    }
    worker.use(std::make_shared<const session::Snapshot>(*std::move(plans)), std::move(doors));
  }
  std::string greeting() const { return Client(address).line(); }
  bool logged(std::string_view words) const {
    return place.read("log").find(words) != std::string::npos;
  }

  Place place;
  tls::TicketKeys keys{tls::TicketKeys::TimePoint::clock::now()};
  upstream::Pool pool;
  admin::Log log;
  Admission admission;
  Crowd crowd;
  LoginMemory logins{""};
  cluster::Membership membership;
  net::Address address;
  std::atomic<int> emptied{0};
  upstream::NoNews news;
  admin::Counters counters;
  Worker worker{
      0, log, counters, admission, crowd, logins, membership, news, [this] { ++emptied; }};
};

}  // namespace

TEST_CASE("a worker serves whoever comes, and takes new settings at the same door") {
  World world;
  conf::Live settings = one_listener();
  world.use(settings);
  CHECK(world.greeting() == "+OK hello");
  settings.listeners[0].greeting = "again";
  world.use(settings);
  wait_until([&] { return world.greeting() == "+OK again"; });
  wait_until([&] { return world.admission.count() == 0; });
}

TEST_CASE("a door that is not in the list is closed") {
  World world;
  world.use(one_listener());
  CHECK(world.greeting() == "+OK hello");
  world.worker.use(std::make_shared<const session::Snapshot>(), {});
  wait_until([&] { return !Client(world.address).connected(); });
}

TEST_CASE("there are as many sessions as there may be") {
  World world;
  conf::Live settings = one_listener();
  settings.limits.max_connections = 1;
  world.use(settings);
  Client first(world.address);
  CHECK(first.line() == "+OK hello");
  CHECK(world.greeting().starts_with("-ERR"));
  wait_until([&] { return world.logged("rule=limits.max_connections "); });
  CHECK(world.admission.count() == 1);
  first.leave();
  wait_until([&] { return world.greeting() == "+OK hello"; });
}

TEST_CASE("who is banned is turned away") {
  World world;
  world.use(one_listener());
  CHECK(world.greeting() == "+OK hello");
  world.logins.guard().configure({.per_ip = 1});
  const policy::LoginTry guess{*policy::IpAddress::parse("127.0.0.1"), "alice", 1};
  world.logins.guard().after_failure(guess, {}, 0, std::chrono::steady_clock::now());
  CHECK(world.greeting().starts_with("-ERR"));
  wait_until([&] { return world.logged("reason=banned"); });
}

TEST_CASE("one place has as many sessions as it may have, and none comes too fast") {
  World world;
  world.use(one_listener());
  SECTION("at a time") {
    world.crowd.configure({.connections = 1});
    Client first(world.address);
    CHECK(first.line() == "+OK hello");
    CHECK(world.greeting().starts_with("-ERR"));
    wait_until([&] { return world.logged("rule=limits.max_connections_per_ip"); });
  }
  SECTION("in a while") {
    world.crowd.configure({.handshakes = {.count = 1, .per = std::chrono::hours(1)}});
    for (int i = 0; i < 10; ++i) CHECK(world.greeting() == "+OK hello");  // no handshake in clear
    conf::Live settings = one_listener();
    settings.listeners[0].tls = conf::ListenerTls::kStls;
    settings.listeners[0].greeting = "stls";
    world.use(settings);
    wait_until([&] { return world.greeting() == "+OK stls"; });
    wait_until([&] { return world.greeting().starts_with("-ERR"); });
    wait_until([&] { return world.logged("rule=limits.max_handshakes_per_ip"); });
  }
}

TEST_CASE("connections wait where there are no descriptors for them") {
  World world(1);
  world.use(one_listener());
  Client first(world.address);
  CHECK(first.line() == "+OK hello");
  Client second(world.address);
  CHECK(second.connected());
  wait_until([&] { return world.logged("reason=descriptor_limit"); });
  world.use(one_listener());  // what is paused stays so
  world.address = {};
  world.use(one_listener());  // and so does what is new
  Client third(world.address);
  CHECK(third.connected());
  std::atomic<bool> looked = false;
  world.worker.ask([&] { looked = true; });
  wait_until([&] { return looked.load(); });
  CHECK(world.admission.count() == 1);
  first.leave();
  CHECK(third.line() == "+OK hello");
}

TEST_CASE("connections wait where the system has no descriptor for them") {
  World world;
  world.use(one_listener());
  CHECK(world.greeting() == "+OK hello");
  wait_until([&] { return world.admission.count() == 0; });
  std::ifstream log(world.place.file("log"));  // later, there is none for it either
  const auto told = [&log] {
    log.clear();
    for (std::string line; std::getline(log, line);) {
      if (line.find("reason=descriptor_limit") != line.npos) return true;
    }
    return false;
  };
  std::optional<net::NoDescriptors> none;
  Client client(world.address, [&none] { none.emplace(); });
  CHECK(client.connected());
  wait_until(told);
  none.reset();
  CHECK(client.line() == "+OK hello");
}

TEST_CASE("a worker that drains accepts nothing more, and says when it is empty") {
  World world;
  world.use(one_listener());
  Client open(world.address);
  CHECK(open.line() == "+OK hello");
  world.worker.drain();
  wait_until([&] { return !Client(world.address).connected(); });
  CHECK(world.emptied == 0);
  open.send("USER alice\r\n");
  CHECK(open.line().starts_with("-ERR [SYS/TEMP] shutting down"));
  open.leave();
  wait_until([&] { return world.emptied == 1; });
  world.address = {};
  world.use(one_listener());  // too late
  wait_until([&] { return !Client(world.address).connected(); });
}

TEST_CASE("a worker that retires accepts nothing more, and leaves sessions alone") {
  World world;
  world.use(one_listener());
  Client open(world.address);
  CHECK(open.line() == "+OK hello");
  world.worker.retire();
  wait_until([&] { return !Client(world.address).connected(); });
  open.send("CAPA\r\n");
  CHECK(open.line().starts_with("+OK"));
  CHECK(world.emptied == 0);
  open.leave();
  wait_until([&] { return world.emptied == 1; });
  world.worker.drain();
  std::atomic<bool> answered = false;
  world.worker.ask([&] { answered = true; });
  wait_until([&] { return answered.load(); });
  CHECK(world.emptied == 1);
}

TEST_CASE("an empty worker has drained at once") {
  World world;
  world.worker.drain();
  wait_until([&] { return world.emptied == 1; });
}

TEST_CASE("a worker answers as soon as it comes to it") {
  World world;
  std::atomic<bool> answered = false;
  world.worker.ask([&] { answered = true; });
  wait_until([&] { return answered.load(); });
}

TEST_CASE("behind a balancer it is the client that is counted, banned and told in the log") {
  World world;
  conf::Live settings = one_listener();
  settings.listeners[0].proxy_protocol = true;
  settings.listeners[0].proxy_trusted = {*policy::Network::parse("127.0.0.1")};
  world.use(settings);
  const auto greeting_of = [&](std::string_view client) {
    Client balancer(world.address);
    balancer.send("PROXY TCP4 " + std::string(client) + " 198.51.100.2 56324 995\r\n");
    return balancer.line();
  };
  CHECK(greeting_of("203.0.113.9") == "+OK hello");
  wait_until([&] {
    return world.logged(
        "rip=203.0.113.9 rport=56324 lip=198.51.100.2 lport=995 "
        "peer=127.0.0.1:");
  });
  world.logins.guard().configure({.per_ip = 1});
  const policy::LoginTry guess{*policy::IpAddress::parse("203.0.113.9"), "alice", 1};
  world.logins.guard().after_failure(guess, {}, 0, std::chrono::steady_clock::now());
  CHECK(greeting_of("203.0.113.9").starts_with("-ERR"));
  CHECK(greeting_of("203.0.113.10") == "+OK hello");
  wait_until([&] { return world.admission.count() == 0; });
  world.crowd.configure({.connections = 1});
  Client first(world.address);
  first.send("PROXY TCP4 203.0.113.10 198.51.100.2 56324 995\r\n");
  CHECK(first.line() == "+OK hello");
  CHECK(greeting_of("203.0.113.10").starts_with("-ERR"));
  CHECK(greeting_of("203.0.113.11") == "+OK hello");
}

TEST_CASE("a worker that drains or ends lets go of who has not said whose it is") {
  World world;
  conf::Live settings = one_listener();
  settings.listeners[0].proxy_protocol = true;
  settings.listeners[0].proxy_trusted = {*policy::Network::parse("127.0.0.1")};
  world.use(settings);
  Client silent(world.address);
  wait_until([&] { return world.admission.count() == 1; });
  SECTION("drains") {
    world.worker.drain();
    CHECK(silent.line().empty());
    wait_until([&] { return world.admission.count() == 0 && world.emptied == 1; });
  }
  SECTION("ends") {
    world.worker.stop();
    CHECK(silent.line().empty());
  }
}

}  // namespace postern::server
