// SPDX-License-Identifier: Apache-2.0
#include "proxy/transport/transport.hpp"

#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <memory>

#include "tests/loop/wire.hpp"
#include "tests/shell/transport_notes.hpp"
#include "tests/support/distant_keys.hpp"
#include "tests/support/tls_pair.hpp"

namespace postern::transport {
namespace {

// One end of a real connection as the transport under test, the other for the test to hold.
struct World {
  testing::TestServer server;
  net::Loop loop;
  Notes notes;
  std::unique_ptr<Buffers> buffers = std::make_unique<Buffers>();
  net::Wire wire;
  Transport transport{loop, *buffers, notes, Buffers::kClientRead};

  World() {
    REQUIRE(transport.adopt(std::move(wire.near)) == 0);
    transport.set_reading(true);
  }
  void start_tls() { transport.accept_tls(tls::Lanes{.all = {tls::Lane{server.context()}}}); }
  void turn(const std::function<bool()>& until) { net::turn_until(loop, until); }

  /// What has arrived at the other end.
  std::string arrived() const {
    std::string bytes(65'536, '\0');
    const ssize_t count = ::recv(wire.far.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    bytes.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
    return bytes;
  }
};

// Carries everything between a client in memory and the wire until the handshake is done.
void shake_hands(World& world, testing::TlsClient& client) {
  world.turn([&] {
    const testing::Step step = client.handshake();
    if (const std::string flight = client.take(); !flight.empty()) world.wire.say(flight);
    client.feed(world.arrived());
    return step == testing::Step::kDone && world.notes.secured;
  });
}

TEST_CASE("what is said before the handshake is done goes nowhere, at once") {
  World world;
  world.start_tls();
  world.transport.send("-ERR [SYS/TEMP] shutting down\r\n");
  {
    const Cork held(world.transport);
    world.transport.send("+OK\r\n");
  }
  world.transport.say_goodbye();
  CHECK(world.transport.bytes_out() == 0);
  CHECK_FALSE(world.transport.pending());

  testing::TlsClient client({});
  shake_hands(world, client);
  world.transport.send("+OK ready\r\n");
  world.turn([&] {
    client.feed(world.arrived());
    client.read();
    return client.received == "+OK ready\r\n";
  });
}

TEST_CASE("input that is thrown away is heard no more, and an end still is") {
  World world;
  const bool under_tls = GENERATE(false, true);
  testing::TlsClient client({});
  const auto say = [&](std::string_view text) {
    if (!under_tls) return world.wire.say(text);
    client.write(text);
    world.wire.say(client.take());
  };
  if (under_tls) {
    world.start_tls();
    shake_hands(world, client);
  }
  say("QUIT\r\n");
  world.turn([&] { return world.notes.heard == "QUIT\r\n"; });
  world.transport.set_reading(GENERATE(true, false));  // it reads from then on, whatever was before
  world.transport.discard_input();
  const std::uint64_t counted = world.transport.bytes_in();
  say("PASS secret\r\n");
  REQUIRE(shutdown(world.wire.far.get(), SHUT_WR) == 0);
  world.turn([&] { return !world.notes.ends.empty(); });
  CHECK(world.notes.heard == "QUIT\r\n");
  const std::string_view read(world.buffers->input.data(), world.buffers->input.size());
  CHECK(read.find("secret") == read.npos);
  CHECK(world.transport.peer_has_left());
  CHECK(world.notes.ends.front() != TransportEnd::kReset);
  CHECK(world.transport.bytes_in() == counted);
}

TEST_CASE("a peer that sends without end is not listened to without end") {
  World world;
  world.transport.discard_input();
  const std::string chunk(16'384, 'x');
  std::size_t sent = 0;
  world.turn([&] {
    const ssize_t count = ::send(world.wire.far.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
    sent += count > 0 ? static_cast<std::size_t>(count) : 0;
    return !world.notes.ends.empty();
  });
  CHECK(world.notes.ends.front() == TransportEnd::kReset);
  CHECK(sent >= 1 << 20);
}

TEST_CASE("an end that follows a failed handshake is still told") {
  World world;
  world.start_tls();
  world.wire.say("GET / HTTP/1.0\r\n\r\n");
  world.turn([&] { return !world.notes.ends.empty(); });
  CHECK(world.notes.ends.front() == TransportEnd::kTlsFailed);
  CHECK_FALSE(world.transport.peer_has_left());
  world.transport.discard_input();
  REQUIRE(shutdown(world.wire.far.get(), SHUT_WR) == 0);
  world.turn([&] { return world.transport.peer_has_left(); });
  CHECK(world.notes.ends.size() == 2);
}

TEST_CASE("nothing that was sent is left behind once all is flushed") {
  World world;
  world.transport.send("+OK\r\n");
  REQUIRE(world.arrived().empty());
  CHECK(world.transport.flushed());
  CHECK(world.arrived() == "+OK\r\n");

  const std::string mail(8 << 20, 'x');
  world.transport.send(mail);
  CHECK_FALSE(world.transport.flushed());
  std::size_t got = 0;
  world.turn([&] {
    got += world.arrived().size();
    return got == mail.size() && world.notes.drained;
  });
  CHECK(world.transport.flushed());
}

TEST_CASE("a transport that changed hands tells its new owner alone") {
  World world;
  Notes heir;
  world.wire.say("+OK greeting\r\n");
  world.turn([&] { return !world.notes.heard.empty(); });
  world.transport.hand_over(heir);
  world.wire.say("+OK\r\n");
  world.turn([&] { return !heir.heard.empty(); });
  world.wire.reset();
  world.turn([&] { return !heir.ends.empty(); });
  CHECK(world.notes.heard == "+OK greeting\r\n");
  CHECK(heir.heard == "+OK\r\n");
  CHECK(heir.ends.front() == TransportEnd::kReset);
  CHECK(world.notes.ends.empty());
}

TEST_CASE("what is sent under a cork leaves with the last one, in one piece") {
  World world;
  testing::TlsClient client({});
  world.start_tls();
  shake_hands(world, client);
  const std::string line(10'000, 'x');
  {
    const Cork outer(world.transport);
    {
      const Cork inner(world.transport);
      world.transport.send(line);
    }
    world.transport.send(line);
    CHECK(world.arrived().empty());
  }
  client.feed(world.arrived());
  client.read();
  CHECK(client.received == line + line);
}

// A server whose key is elsewhere, which has heard a client's hello.
struct Waiting {
  testing::DistantKeys keys;
  World world;
  testing::TlsClient client;

  explicit Waiting(const testing::TlsClientOptions& options) : client(options) {
    world.server.settings.profile = tls::Profile::kLegacy;
    world.server.certificates = {
        keys.load(testing::test_authority().issue({"pop.example.com"}, tls::KeyType::kRsa))};
    world.buffers->signatory = &keys;
    world.start_tls();
    world.turn([&] {
      client.handshake();
      if (const std::string flight = client.take(); !flight.empty()) world.wire.say(flight);
      client.feed(world.arrived());
      return keys.open() == 1;
    });
    CHECK(world.transport.awaits_key());
  }
};

testing::TlsClientOptions key_transport() {
  testing::TlsClientOptions options;
  options.max_version = testing::kTls12;
  options.ciphers = "AES128-SHA";
  return options;
}

TEST_CASE("a handshake goes on when whoever has the key has answered") {
  // With key transport the rest of the client's flight has been read before it can be used.
  Waiting waiting(GENERATE(testing::TlsClientOptions(), key_transport()));
  CHECK_FALSE(waiting.world.notes.secured);
  waiting.keys.answer();
  CHECK_FALSE(waiting.world.transport.awaits_key());
  shake_hands(waiting.world, waiting.client);
  waiting.client.write("CAPA\r\n");
  waiting.world.wire.say(waiting.client.take());
  waiting.world.turn([&] { return waiting.world.notes.heard == "CAPA\r\n"; });
}

TEST_CASE("what comes while the key is asked for is kept, within bounds") {
  Waiting waiting(key_transport());
  const std::string junk(1 << 20, '\0');
  std::size_t sent = 0;
  // Until the system takes no more: nobody reads.
  waiting.world.turn([&] {
    const ssize_t count =
        ::send(waiting.world.wire.far.get(), junk.data(), junk.size(), MSG_DONTWAIT);
    sent += count > 0 ? static_cast<std::size_t>(count) : 0;
    waiting.world.transport.set_reading(true);
    return count < 0;
  });
  CHECK(waiting.world.transport.bytes_in() < 4 * Buffers::kClientRead);
  waiting.keys.answer();
  waiting.world.turn([&] { return !waiting.world.notes.ends.empty(); });
  CHECK(waiting.world.notes.ends.front() == TransportEnd::kTlsFailed);
}

TEST_CASE("a peer that leaves while the key is asked for is noticed, and the answer is nobody's") {
  Waiting waiting({});
  SECTION("it leaves") {
    REQUIRE(shutdown(waiting.world.wire.far.get(), SHUT_WR) == 0);
    waiting.world.turn([&] { return !waiting.world.notes.ends.empty(); });
    CHECK(waiting.world.notes.ends.front() == TransportEnd::kTruncated);
    waiting.keys.answer();
  }
  SECTION("we close") {
    waiting.world.transport.close();
    CHECK(waiting.keys.open() == 0);
  }
  SECTION("nothing is listened to any more") {
    waiting.world.transport.discard_input();
    waiting.keys.answer();
  }
  CHECK_FALSE(waiting.world.notes.secured);
}

TEST_CASE("a refusal is the handshake's end, and says why") {
  Waiting waiting({});
  waiting.keys.refuse("nobody signs");
  REQUIRE(waiting.world.notes.ends.size() == 1);
  CHECK(waiting.world.notes.ends.front() == TransportEnd::kTlsFailed);
  CHECK(waiting.world.transport.tls_failure() == "nobody signs");
}

}  // namespace
}  // namespace postern::transport
