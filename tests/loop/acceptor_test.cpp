// SPDX-License-Identifier: Apache-2.0
#include "tests/loop/no_descriptors.hpp"
#include "tests/loop/wire.hpp"

namespace postern::net {
namespace {

class Door final : public Acceptor::Owner {
 public:
  std::vector<Descriptor> accepted;
  std::vector<Address> peers;
  std::vector<std::error_code> failures;

 private:
  void on_accept(Acceptor&, Descriptor connection, const Address& peer) override {
    accepted.push_back(std::move(connection));
    peers.push_back(peer);
  }
  void on_accept_failed(Acceptor& acceptor, std::error_code error) override {
    failures.push_back(error);
    acceptor.pause();
  }
};

TEST_CASE("connections are taken, with the peer's address") {
  for (const char* const host : {"127.0.0.1", "::1"}) {
    Loop loop;
    Door door;
    Acceptor acceptor(loop, open_listening_socket(*Address::parse(host, 0)).value(), door);
    CHECK(acceptor.address().port() != 0);
    const Descriptor client = connect_plain(acceptor.address());
    turn_until(loop, [&] { return door.accepted.size() == 1; });
    CHECK(door.peers[0].text() == Address::of_socket(client.get())->text());
  }
}

TEST_CASE("a connection to a wildcard is asked for its own address, no other is") {
  struct Case {
    const char* bound;
    const char* called;
    bool asked;
  };
  for (const Case& each : {Case{"127.0.0.1", "127.0.0.1", false}, Case{"::1", "::1", false},
                           Case{"0.0.0.0", "127.0.0.7", true}, Case{"::", "::1", true}}) {
    INFO(each.bound);
    Loop loop;
    Door door;
    Acceptor acceptor(loop, open_listening_socket(*Address::parse(each.bound, 0)).value(), door);
    const Address called = *Address::parse(each.called, acceptor.address().port());
    const Descriptor client = connect_plain(called);
    turn_until(loop, [&] { return door.accepted.size() == 1; });
    CHECK(acceptor.local_address_of(door.accepted[0]).text() == called.text());
    // A socket that was not accepted here tells whether it is asked at all.
    const Address expected = each.asked ? *Address::of_socket(client.get()) : acceptor.address();
    CHECK(acceptor.local_address_of(client).text() == expected.text());
  }
}

TEST_CASE("accepted connections do not wait for more bytes to send") {
  Loop loop;
  Door door;
  Acceptor acceptor(loop, open_listening_socket(*Address::parse("127.0.0.1", 0)).value(), door);
  const Descriptor client = connect_plain(acceptor.address());
  turn_until(loop, [&] { return door.accepted.size() == 1; });
  int no_delay = 0;
  socklen_t size = sizeof no_delay;
  REQUIRE(getsockopt(door.accepted[0].get(), IPPROTO_TCP, 1 /* TCP_NODELAY */, &no_delay, &size) ==
          0);
  CHECK(no_delay != 0);
}

TEST_CASE("while accepting is paused, connections wait") {
  Loop loop;
  Door door;
  Acceptor acceptor(loop, open_listening_socket(*Address::parse("127.0.0.1", 0)).value(), door);
  acceptor.pause();
  const Descriptor first = connect_plain(acceptor.address());
  const Descriptor second = connect_plain(acceptor.address());
  bool turned = false;
  Timer later(loop, [&] { turned = true; });
  later.start(std::chrono::milliseconds(20));
  turn_until(loop, [&] { return turned; });
  CHECK(door.accepted.empty());
  acceptor.resume();
  turn_until(loop, [&] { return door.accepted.size() == 2; });
}

TEST_CASE("a connection for which there is no descriptor is told, and waits") {
  Loop loop;
  Door door;
  Acceptor acceptor(loop, open_listening_socket(*Address::parse("127.0.0.1", 0)).value(), door);
  const Descriptor client = connect_plain(acceptor.address());
  {
    const NoDescriptors none;
    turn_until(loop, [&] { return !door.failures.empty(); });
  }
  CHECK(door.failures == std::vector{std::make_error_code(std::errc::too_many_files_open)});
  CHECK(door.accepted.empty());
  acceptor.resume();
  turn_until(loop, [&] { return door.accepted.size() == 1; });
  CHECK(door.peers[0].text() == Address::of_socket(client.get())->text());
}

// Two workers may be told of one connection; whoever is late finds none, which is no failure.
TEST_CASE("a connection that is gone when it is to be taken is no failure of ours") {
  Loop loop;
  Door first;
  Door second;
  Descriptor socket = open_listening_socket(*Address::parse("127.0.0.1", 0)).value();
  Descriptor same(::dup(socket.get()));
  Acceptor one(loop, std::move(socket), first);
  const Acceptor other(loop, std::move(same), second);
  for (std::size_t count = 1; count <= 5; ++count) {
    const Descriptor client = connect_plain(one.address());
    turn_until(loop, [&] { return first.accepted.size() + second.accepted.size() == count; });
  }
  CHECK(first.failures.empty());
  CHECK(second.failures.empty());
}

TEST_CASE("a peer that has reset before it is taken does not end the taking") {
  Loop loop;
  Door door;
  Acceptor acceptor(loop, open_listening_socket(*Address::parse("127.0.0.1", 0)).value(), door);
  for (int i = 0; i < 3; ++i) {
    const Descriptor gone = connect_plain(acceptor.address());
    const linger at_once{1, 0};
    REQUIRE(setsockopt(gone.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
  }
  const Descriptor client = connect_plain(acceptor.address());
  const std::string name = Address::of_socket(client.get())->text();
  turn_until(loop, [&] { return !door.peers.empty() && door.peers.back().text() == name; });
  CHECK(door.failures.empty());
}

struct Dismissed {
  Wire wire;

  /// All that the peer is told, and whether it is a reset that ends it.
  std::pair<std::string, bool> told(std::string_view last_words) {
    dismiss(std::move(wire.near), last_words);
    std::string text;
    std::array<char, 512> bytes;
    ssize_t count = 0;
    while ((count = ::recv(wire.far.get(), bytes.data(), bytes.size(), 0)) > 0) {
      text.append(bytes.data(), static_cast<std::size_t>(count));
    }
    return {text, count < 0};
  }
};

TEST_CASE("who is dismissed reads the last words, whatever it has said itself") {
  Dismissed peer;
  const bool spoken = GENERATE(false, true);
  if (spoken) peer.wire.say("USER alice\r\nPASS secret\r\n");
  CHECK(peer.told("-ERR go away\r\n") == std::pair(std::string("-ERR go away\r\n"), false));
}

TEST_CASE("who is dismissed without a word is closed") {
  Dismissed peer;
  CHECK(peer.told("") == std::pair(std::string(), false));
}

TEST_CASE("two sockets share a port, and a taken one is an error with the system's number") {
  auto first = open_listening_socket(*Address::parse("127.0.0.1", 0));
  REQUIRE(first);
  const Address address = *Address::of_socket(first->get());
  CHECK(open_listening_socket(address).has_value());
  const Descriptor alone(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const Address any = *Address::parse("127.0.0.1", 0);
  REQUIRE(bind(alone.get(), any.raw(), any.size()) == 0);
  REQUIRE(listen(alone.get(), 1) == 0);
  const auto refused = open_listening_socket(*Address::of_socket(alone.get()));
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == std::errc::address_in_use);
}

TEST_CASE("the first socket of a process is alone on its port, and its own others may share it") {
  auto first = open_listening_socket(*Address::parse("127.0.0.1", 0), Claim::kAlone);
  REQUIRE(first.has_value());
  const Address address = Address::of_socket(first->get()).value();
  const auto another = open_listening_socket(address, Claim::kAlone);
  REQUIRE_FALSE(another.has_value());
  CHECK(another.error() == std::errc::address_in_use);
  const auto everywhere =
      open_listening_socket(*Address::parse("0.0.0.0", address.port()), Claim::kAlone);
  CHECK_FALSE(everywhere.has_value());
  CHECK(open_listening_socket(address).has_value());
  first = std::unexpected(std::error_code());
  CHECK(open_listening_socket(address, Claim::kAlone).has_value());
}

}  // namespace
}  // namespace postern::net
