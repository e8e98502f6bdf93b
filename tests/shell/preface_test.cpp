// SPDX-License-Identifier: Apache-2.0
// Connections of a balancer, real ones, on a loop that is turned by hand.
#include "proxy/server/preface.hpp"

#include <sys/ioctl.h>

#include "tests/loop/wire.hpp"
#include "tests/shell/place.hpp"

namespace postern::server {
namespace {

using net::Wire;
using std::chrono::milliseconds;

constexpr std::string_view kHeader = "PROXY TCP4 203.0.113.9 198.51.100.2 56324 995\r\n";
const std::string kBlock(
    "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xcb\0\x71\x09\xc6\x33\x64\x02\xdc\x04\x03\xe3", 28);

class Balanced final : private Prefaces::Owner {
 public:
  explicit Balanced(milliseconds patience = milliseconds(10'000),
                    const char* trusted = "127.0.0.0/8") {
    auto settings = std::make_shared<session::Snapshot>();
    settings->timeouts.handshake = patience;
    settings->listeners.emplace_back().name = "pop3s";
    settings->listeners[0].balancers = {*policy::Network::parse(trusted)};
    snapshot_ = std::move(settings);
    log_.use(*log_.open({.target = place_.file("log")}));
  }
  ~Balanced() override { prefaces.clear(); }

  /// As log.quiet_networks has it.
  void expect_checks_from(const char* network) {
    log_.use(*log_.open(
        {.target = place_.file("log"), .quiet_networks = {*policy::Network::parse(network)}}));
  }
  /// The wire's far end is the balancer.
  void take(Wire& wire) {
    const net::Address peer = *net::Address::of_socket(wire.far.get());
    const net::Address local = *net::Address::of_socket(wire.near.get());
    prefaces.add({snapshot_, &snapshot_->listeners[0], nullptr, std::move(wire.near), peer, local});
  }
  void turn() {
    bool over = false;
    net::Timer timer(loop, [&over] { over = true; });
    timer.start(milliseconds(0));
    net::turn_until(loop, [&over] { return over; });
  }
  void until_introduced(std::size_t count = 1) {
    net::turn_until(loop, [&] { return introduced.size() == count; });
  }
  std::string logged(std::string_view text) {
    INFO(text);
    net::turn_until(loop, [&] { return place_.read("log").contains(text); });
    return place_.read("log");
  }
  /// What the client has said behind the header.
  static std::string behind(const Arrival& arrival) {
    std::array<char, 64> bytes{};
    const ssize_t size = ::recv(arrival.connection.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    return {bytes.data(), size < 0 ? 0 : static_cast<std::size_t>(size)};
  }

  net::Loop loop;
  Admission admission{100'000, 100'000};
  std::vector<Arrival> introduced;

 private:
  void on_introduced(Arrival arrival) override { introduced.push_back(std::move(arrival)); }
  void on_none_waiting() override {}

  Place place_;
  admin::Log log_;
  SnapshotPtr snapshot_;

 public:
  admin::Counters counters;
  Prefaces prefaces{loop, log_, counters, admission, *this};
};

void check_client(const Arrival& arrival) {
  CHECK(arrival.peer.text() == "203.0.113.9:56324");
  CHECK(arrival.local.text() == "198.51.100.2:995");
  REQUIRE(arrival.balancer);
  CHECK(arrival.balancer->ip() == "127.0.0.1");
}

bool is_closed(const Wire& wire) {
  char byte = 0;
  const ssize_t got = ::recv(wire.far.get(), &byte, 1, MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno != EAGAIN);
}

}  // namespace

TEST_CASE("a header that is there already is taken at once, and not a byte more") {
  for (const std::string& header : {std::string(kHeader), kBlock}) {
    Balanced world;
    Wire wire;
    wire.say(header + "\x16\x03\x01hello");
    net::turn_until(world.loop, [&] {
      int there = 0;
      ioctl(wire.near.get(), FIONREAD, &there);
      return there == static_cast<int>(header.size() + 8);
    });
    world.take(wire);
    REQUIRE(world.introduced.size() == 1);
    check_client(world.introduced[0]);
    CHECK(Balanced::behind(world.introduced[0]) == "\x16\x03\x01hello");
    CHECK(world.admission.count() == 0);
  }
}

TEST_CASE("a header may come byte by byte") {
  for (const std::string& header : {std::string(kHeader), kBlock}) {
    Balanced world;
    Wire wire;
    world.take(wire);
    for (const char byte : header) {
      CHECK(world.prefaces.size() == 1);
      CHECK(world.admission.count() == 1);
      wire.say({&byte, 1});
      world.turn();
    }
    wire.say("CAPA\r\n");
    world.until_introduced();
    check_client(world.introduced[0]);
    net::turn_until(world.loop, [&] {
      int there = 0;
      ioctl(world.introduced[0].connection.get(), FIONREAD, &there);
      return there == 6;
    });
    CHECK(Balanced::behind(world.introduced[0]) == "CAPA\r\n");
    CHECK(world.prefaces.size() == 0);
    CHECK(world.admission.count() == 0);
  }
}

TEST_CASE("LOCAL and UNKNOWN are the balancer itself") {
  for (const std::string& header :
       {std::string("PROXY UNKNOWN\r\n"), std::string("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0", 16)}) {
    Balanced world;
    Wire wire;
    const std::string here = net::Address::of_socket(wire.far.get())->text();
    wire.say(header);
    world.take(wire);
    world.until_introduced();
    CHECK(world.introduced[0].peer.text() == here);
    CHECK_FALSE(world.introduced[0].balancer);
  }
}

TEST_CASE("only a trusted peer is asked, whatever it says") {
  Balanced world(milliseconds(10'000), "192.0.2.0/24");
  Wire wire;
  wire.say(kHeader);
  world.take(wire);
  CHECK(world.prefaces.size() == 0);
  CHECK(world.introduced.empty());
  CHECK(world.logged("reason=untrusted_peer").contains("rip=127.0.0.1"));
  net::turn_until(world.loop, [&] { return is_closed(wire); });
}

TEST_CASE("what comes instead of a header is named, and the connection closed") {
  struct Case {
    std::string said;
    std::string reason;
  };
  for (const Case& each : {
           Case{"\x16\x03\x01\x02\x00", "tls_hello"},
           Case{"CAPA\r\n", "pop3_command"},
           Case{"USER alice\r\nPASS secret\r\n", "pop3_command"},
           Case{"quit\r\n", "pop3_command"},
           Case{"GET / HTTP/1.1\r\n", "foreign_protocol"},
           Case{"X", "foreign_protocol"},
           Case{"PROXY TCP4 1.2.3.4\r\n", "malformed_header"},
           Case{"PROXY UNKNOWN" + std::string(200, ' '), "header_too_long"},
           Case{std::string("\r\n\r\n\0\r\nQUIT\n\x21\0\0\x07\x03\0\x04zzzz", 23), "bad_checksum"},
       }) {
    Balanced world;
    Wire wire;
    world.take(wire);
    wire.say(each.said);
    const std::string log = world.logged("reason=" + each.reason);
    CHECK(log.contains("level=warn event=proxy_mismatch"));
    CHECK_FALSE(log.contains("secret"));
    CHECK(world.introduced.empty());
    CHECK(world.admission.count() == 0);
    net::turn_until(world.loop, [&] { return is_closed(wire); });
  }
}

TEST_CASE("a peer that leaves without a word is no trouble, and one in the middle is named") {
  Balanced world;
  Wire silent;
  Wire reset;
  Wire half;
  for (Wire* const wire : {&silent, &reset, &half}) world.take(*wire);
  silent.far.reset();
  reset.reset();
  CHECK(world.logged("reason=no_header").contains("level=info event=proxy_mismatch"));
  half.say(kHeader.substr(0, 20));
  world.turn();
  half.far.reset();
  CHECK(world.logged("reason=incomplete_header").contains("level=warn event=proxy_mismatch"));
  net::turn_until(world.loop, [&] { return world.prefaces.size() == 0; });
  CHECK(world.admission.count() == 0);
}

TEST_CASE("a check from a quiet network leaves no line, and half a header from there does") {
  Balanced world;
  world.expect_checks_from("127.0.0.1/32");
  Wire check;
  Wire half;
  half.say(kHeader.substr(0, 20));
  for (Wire* const wire : {&check, &half}) world.take(*wire);
  check.far.reset();
  net::turn_until(world.loop, [&] { return world.prefaces.size() == 1; });
  half.far.reset();
  CHECK_FALSE(world.logged("reason=incomplete_header").contains("no_header"));
  CHECK(world.admission.count() == 0);
}

TEST_CASE("a header has its time, which no byte moves") {
  Balanced world(milliseconds(500));
  Wire silent;
  Wire half;
  half.say(kBlock.substr(0, 14));
  world.take(silent);
  world.take(half);
  CHECK(world.logged("reason=no_header").contains("is send-proxy set?"));
  world.logged("reason=incomplete_header");
  CHECK(world.prefaces.size() == 0);
  CHECK(world.introduced.empty());
  CHECK(is_closed(silent));
  CHECK(is_closed(half));
  Wire later;  // the clock runs anew for those who come then
  world.take(later);
  later.say(kHeader);
  world.until_introduced();
}

TEST_CASE("no more wait than may, and who has waited longest goes") {
  Balanced world;
  std::vector<Wire> wires(Prefaces::kMost + 1);
  for (Wire& wire : wires) world.take(wire);
  CHECK(world.prefaces.size() == Prefaces::kMost);
  CHECK(world.admission.count() == Prefaces::kMost);
  CHECK(is_closed(wires[0]));
  CHECK_FALSE(is_closed(wires[1]));
  wires.back().say(kHeader);
  wires[1].say(kHeader);
  world.until_introduced(2);
  world.prefaces.clear();
  CHECK(world.admission.count() == 0);
  CHECK(is_closed(wires[2]));
}

}  // namespace postern::server
