// SPDX-License-Identifier: Apache-2.0
#include "tests/shell/world.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>

#include "conf/reader.hpp"
#include "proxy/server/backend_links.hpp"
#include "proxy/server/plans.hpp"
#include "tests/loop/wire.hpp"
#include "tests/support/tls_pair.hpp"

namespace postern::shell {
namespace {

std::string configuration(const std::string& backend, std::string_view more) {
  std::string text =
      "[[listener]]\nname = \"pop3s\"\naddress = [\"127.0.0.1:0\"]\ntls = \"implicit\"\n"
      "[[listener]]\nname = \"pop3\"\naddress = [\"127.0.0.1:0\"]\ntls = \"stls\"\n"
      "login = \"plaintext-allowed\"\n"
      "[[listener]]\nname = \"strict\"\naddress = [\"127.0.0.1:0\"]\ntls = \"stls\"\n"
      "[[tls.certificate]]\ncert_file = \"cert.pem\"\nkey_file = \"key.pem\"\n";
  text += "[[backend]]\nname = \"mail\"\naddress = [\"" + backend + "\"]\n";
  return text.append(more);
}

std::shared_ptr<const session::Snapshot> snapshot_of(const std::string& text,
                                                     const tls::TicketKeys& keys) {
  const auto document = conf::read_text(text, "postern.toml");
  if (!document) FAIL(render(document.error().front(), "postern.toml"));
  auto links = server::load_links(*document, {});
  if (!links) FAIL(render(links.error().front(), "postern.toml"));
  auto plans = server::make_plans(document->settings.live,
                                  {{{testing::test_certificate({"localhost"})}}, links->links},
                                  keys, upstream::Pool());
  REQUIRE(plans);
  return std::make_shared<const session::Snapshot>(*std::move(plans));
}

// A window is agreed on when the connection is made.
void join(net::Descriptor& near, net::Descriptor& far, Width width) {
  const net::Descriptor listening =
      net::open_listening_socket(*net::Address::parse("127.0.0.1", 0)).value();
  const net::Address address = *net::Address::of_socket(listening.get());
  const int size = 4096;
  far = net::Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (width == Width::kNarrow) {
    setsockopt(far.get(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  }
  REQUIRE(::connect(far.get(), address.raw(), address.size()) == 0);
  pollfd waiting{listening.get(), POLLIN, 0};
  REQUIRE(poll(&waiting, 1, 10'000) == 1);
  near = net::Descriptor(accept4(listening.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  REQUIRE(near.valid());
  if (width == Width::kNarrow) {
    setsockopt(near.get(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  }
}

}  // namespace

World::World(std::string_view more)
    : snapshot(snapshot_of(configuration(backend.address(), more), keys)) {
  auto opened = log.open({.target = place.file("log"), .level = conf::LogLevel::kDebug});
  REQUIRE(opened);
  spare.commands = &tallies.commands();
  log.use(*std::move(opened));
  logins.guard().configure(snapshot->limits.auth_failures);
}

std::unique_ptr<Peer> World::connect(Door door, Width width) {
  net::Descriptor near;
  net::Descriptor far;
  join(near, far, width);
  const net::Address peer = *net::Address::of_socket(far.get());
  const net::Address local = *net::Address::of_socket(near.get());
  const session::ListenerPlan& plan = snapshot->listeners[static_cast<std::size_t>(door)];
  auto& session =
      table.add(std::make_unique<session::Session>(environment, snapshot, plan, peer, local));
  newest = &session;
  session.start(std::move(near));
  return std::make_unique<Peer>(std::move(far));
}

std::unique_ptr<Peer> World::greeted(Door door, Width width) {
  auto client = connect(door, width);
  if (door == Door::kPop3s) {
    client->start_tls();
    until([&] { return client->secured(); });
  }
  hears(*client, "+OK POP3 ready\r\n");
  client->forget();
  return client;
}

void World::log_in(Peer& client) {
  client.say("USER alice\r\n");
  hears(client, "+OK");
  client.say("PASS secret\r\n");
  Peer& server = asked_about("secret");
  client.forget();
  server.say("+OK logged in\r\n");
  hears(client, "+OK");
  client.forget();
  server.forget();
}

Peer& World::asked_about(std::string_view password, std::size_t count) {
  until([&] { return backend.has_taken(count); });
  Peer& server = backend.last();
  server.say("+OK mail here\r\n");
  hears(server, "USER alice\r\n");
  server.say("+OK\r\n");
  hears(server, "PASS " + std::string(password) + "\r\n");
  return server;
}

void World::guess_wrong(Peer& client) {
  client.say("USER alice\r\nPASS wrong\r\n");
  asked_about("wrong").say("-ERR [AUTH] no\r\n");
}

void World::until(const std::function<bool()>& condition) { net::turn_until(loop, condition); }

std::string World::logged(std::string_view text) {
  INFO(text);
  until([&] { return place.read("log").find(text) != std::string::npos; });
  return place.read("log");
}

}  // namespace postern::shell
