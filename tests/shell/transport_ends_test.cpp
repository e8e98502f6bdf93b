// SPDX-License-Identifier: Apache-2.0
// Both ends of one connection as transports, on sockets that are made to be difficult.
#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/loop/wire.hpp"
#include "tests/shell/transport_notes.hpp"
#include "tests/support/tls_pair.hpp"
#include "tests/support/trust_file.hpp"

namespace postern::transport {
namespace {

void set_option(const net::Descriptor& socket, int name, const void* value, socklen_t size) {
  REQUIRE(setsockopt(socket.get(), SOL_SOCKET, name, value, size) == 0);
}

struct Ends {
  testing::TestServer trusted;
  testing::TrustFile root{testing::test_authority().root_pem()};
  net::Loop loop;
  std::unique_ptr<Buffers> buffers = std::make_unique<Buffers>();
  Notes client_notes;
  Notes server_notes;
  Transport client{loop, *buffers, client_notes, Buffers::kBackendRead};
  Transport server{loop, *buffers, server_notes, Buffers::kClientRead};

  // The kernel takes little at once, and the server's close is a RST.
  Ends() {
    std::signal(SIGPIPE, SIG_IGN);  // as the program does: libuv asks for EPIPE
    net::Wire wire;
    const int little = 4'096;
    set_option(wire.near, SO_SNDBUF, &little, sizeof little);
    set_option(wire.near, SO_RCVBUF, &little, sizeof little);
    set_option(wire.far, SO_SNDBUF, &little, sizeof little);
    set_option(wire.far, SO_RCVBUF, &little, sizeof little);
    const linger at_once{1, 0};
    set_option(wire.far, SO_LINGER, &at_once, sizeof at_once);
    REQUIRE(client.adopt(std::move(wire.near)) == 0);
    REQUIRE(server.adopt(std::move(wire.far)) == 0);
    client.set_reading(true);
    server.set_reading(true);
  }

  void turn(const std::function<bool()>& until) { net::turn_until(loop, until); }
  void begin_tls(std::string_view name) {
    server.accept_tls(tls::Lanes{.all = {tls::Lane{trusted.context()}}});
    client.connect_tls(tls::ClientContext::create(root.settings()).value(), name);
  }
  void secure() {
    begin_tls("pop.example.com");
    turn([&] { return client_notes.secured && server_notes.secured; });
  }
};

TEST_CASE("both ends agree, talk through narrow sockets, and part") {
  Ends ends;
  const bool under_tls = GENERATE(true, false);
  if (under_tls) {
    ends.secure();
    CHECK(ends.client.secured());
    CHECK(ends.client.tls_version() == tls::Version::kTls13);
    CHECK(ends.client.agreement().cipher == ends.server.agreement().cipher);
    CHECK(ends.server.agreement().sni == "pop.example.com");
  }
  CHECK(ends.client.is_tls() == under_tls);
  CHECK(ends.client.tls_failure().empty());

  const std::string mail(300'000, 'm');
  const std::string list(200'000, 'l');
  ends.server.send(mail);
  ends.client.send(list);
  CHECK(ends.server.pending());
  CHECK(ends.server.pending_bytes() > 0);
  ends.turn([&] {
    return ends.client_notes.heard.size() == mail.size() &&
           ends.server_notes.heard.size() == list.size() && ends.server.flushed();
  });
  CHECK(ends.client_notes.heard == mail);
  CHECK(ends.server_notes.heard == list);
  CHECK(ends.server_notes.drained);

  ends.server.say_goodbye();
  ends.server.finish();
  ends.turn([&] { return !ends.client_notes.ends.empty(); });
  CHECK(ends.client_notes.ends.front() == TransportEnd::kFinished);
  ends.client.send("late\r\n");
  ends.client.say_goodbye();
  ends.client.finish();
  ends.turn([&] { return !ends.server_notes.ends.empty(); });
  CHECK(ends.server_notes.heard == list + "late\r\n");
  CHECK(ends.server_notes.ends.front() == TransportEnd::kFinished);
  CHECK(ends.client_notes.ends.size() == 1);  // though it came twice: of TLS, and of the socket
}

TEST_CASE("what two transports say at once goes to whom it is said") {
  Ends ends;
  ends.secure();
  {
    const Cork first(ends.server);
    const Cork second(ends.client);
    ends.server.send("+OK\r\n");
    ends.client.send("NOOP\r\n");
    ends.server.send("+OK again\r\n");
  }
  ends.turn([&] {
    return ends.client_notes.heard == "+OK\r\n+OK again\r\n" &&
           ends.server_notes.heard == "NOOP\r\n";
  });
}

TEST_CASE("an end without its close_notify is a cut") {
  Ends ends;
  ends.secure();
  ends.server.send("+OK half");
  ends.server.finish();
  ends.turn([&] { return !ends.client_notes.ends.empty(); });
  CHECK(ends.client_notes.heard == "+OK half");
  CHECK(ends.client_notes.ends == std::vector{TransportEnd::kTruncated});
}

TEST_CASE("nothing is heard from a server that is not who it should be") {
  Ends ends;
  ends.begin_tls("imap.example.com");
  ends.turn([&] { return !ends.client_notes.ends.empty() && !ends.server_notes.ends.empty(); });
  CHECK(ends.client_notes.ends.front() == TransportEnd::kTlsFailed);
  CHECK(ends.client.tls_failure() ==
        "the certificate is for another name than imap.example.com: it is for pop.example.com");
  CHECK(ends.server_notes.ends.front() == TransportEnd::kTlsFailed);
  CHECK(ends.server.tls_failure() == "peer sent alert: bad certificate");
  CHECK_FALSE(ends.client_notes.secured);
  const std::uint64_t before = ends.client.bytes_out();
  ends.client.send("PASS secret\r\n");
  ends.client.say_goodbye();
  CHECK(ends.client.bytes_out() == before);
}

TEST_CASE("a server that greets in clear is known by its opening") {
  Ends ends;
  ends.client.connect_tls(tls::ClientContext::create(ends.root.settings()).value(), "a.example");
  ends.server.send("+OK POP3 server ready\r\n");
  ends.turn([&] { return !ends.client_notes.ends.empty(); });
  CHECK(ends.client_notes.ends.front() == TransportEnd::kTlsFailed);
  CHECK(ends.client.opening().foreign());
  CHECK(ends.client.opening().bytes() == "+OK POP3 server");
  CHECK(ends.client_notes.heard.empty());
  // What it heard was the client's hello, which is TLS where TLS was not meant.
  ends.turn([&] { return !ends.server_notes.heard.empty(); });
  CHECK(ends.server_notes.heard.front() == 22);
}

TEST_CASE("a reset is told in whichever phase it comes, once") {
  enum class Phase { kHandshake, kOpen, kSending, kClosing };
  const Phase phase = GENERATE(Phase::kHandshake, Phase::kOpen, Phase::kSending, Phase::kClosing);
  Ends ends;
  if (phase == Phase::kHandshake) {
    ends.server.set_reading(false);
    ends.client.connect_tls(tls::ClientContext::create(ends.root.settings()).value(), "a.example");
    REQUIRE(ends.client.flushed());
  } else {
    ends.secure();
  }
  if (phase == Phase::kSending) {
    ends.client.set_reading(false);
    ends.server.set_reading(false);
    ends.client.send(std::string(4'000'000, 'x'));
    REQUIRE_FALSE(ends.client.flushed());
  }
  if (phase == Phase::kClosing) {
    ends.client.say_goodbye();
    ends.client.finish();
    ends.client.discard_input();
    ends.turn([&] { return !ends.server_notes.ends.empty(); });
  }
  ends.server.close();
  ends.turn([&] { return !ends.client_notes.ends.empty(); });
  CHECK(ends.client_notes.ends == std::vector{TransportEnd::kReset});
  CHECK(ends.client.peer_has_left());
  CHECK(ends.client.error() < 0);
  ends.client.send("after\r\n");
  CHECK(ends.client_notes.ends.size() == 1);
}

TEST_CASE("who does not read hears nothing, and then all of it") {
  Ends ends;
  ends.secure();
  ends.client.set_reading(false);
  const std::string mail(100'000, 'm');
  ends.server.send(mail);
  ends.server.say_goodbye();
  CHECK_FALSE(ends.server.flushed());
  for (int round = 0; round < 5; ++round) {
    bool turned = false;
    ends.turn([&] { return std::exchange(turned, true); });
  }
  CHECK(ends.client_notes.heard.empty());
  ends.client.set_reading(true);
  ends.turn([&] { return !ends.client_notes.ends.empty(); });
  CHECK(ends.client_notes.heard == mail);
  CHECK(ends.client_notes.ends.front() == TransportEnd::kFinished);
}

// Whoever answers inside on_plaintext() more than the peer takes, and then hears that it was full.
TEST_CASE("an answer that did not fit is told when the question has been heard") {
  struct Answering final : Transport::Owner {
    bool full = false;
    bool drained = false;
    std::size_t heard = 0;

    void on_plaintext(Transport& transport, std::span<char> bytes) override {
      heard += bytes.size();
      transport.send(std::string(400'000, 'a'));
    }
    void on_secured(Transport&) override {}
    void on_end(Transport&, TransportEnd) override {}
    void on_full(Transport&) override { full = true; }
    void on_drained(Transport&) override { drained = true; }
    void on_connected(Transport&, int) override {}
  };
  Ends ends;
  ends.secure();
  Answering answering;
  ends.server.hand_over(answering);
  ends.client.send("RETR 1\r\n");
  ends.turn([&] { return answering.full; });
  CHECK(answering.heard == 8);
  ends.turn([&] { return answering.drained; });
  ends.turn([&] { return ends.client_notes.heard.size() == 400'000; });
}

}  // namespace
}  // namespace postern::transport
