// SPDX-License-Identifier: Apache-2.0
// A real connection over the loopback: one end is the stream under test, the other a plain socket.
#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <catch2/catch.hpp>
#include <functional>
#include <string>

#include "proxy/net/acceptor.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/net/stream.hpp"

namespace postern::net {

/// Remembers what a stream told it.
class Notes final : public Stream::Owner {
 public:
  std::string bytes;
  std::vector<StreamEnd> ends;
  std::vector<int> connected;
  int drained = 0;
  std::function<void()> then;  // after every note

 private:
  std::span<char> lend_buffer(Stream&) override { return buffer_; }
  void on_bytes(Stream&, std::span<char> got) override {
    note([&] { bytes.append(got.data(), got.size()); });
  }
  void on_end(Stream&, StreamEnd end) override {
    note([&] { ends.push_back(end); });
  }
  void on_drained(Stream&) override {
    note([&] { ++drained; });
  }
  void on_connected(Stream&, int error) override {
    note([&] { connected.push_back(error); });
  }

  void note(const std::function<void()>& what) {
    what();
    if (then) then();
  }

  std::array<char, 4096> buffer_;
};

/// Turns the loop until the condition holds; fails the test after ten seconds.
inline void turn_until(Loop& loop, const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    REQUIRE(std::chrono::steady_clock::now() < end);
    // A timer bounds the wait, so that the condition is looked at even if nothing happens.
    Timer tick(loop, [&loop] { loop.stop(); });
    tick.start(std::chrono::milliseconds(5));
    loop.run();
  }
}

inline Descriptor connect_plain(const Address& address) {
  Descriptor socket(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(::connect(socket.get(), address.raw(), address.size()) == 0);
  return socket;
}

/// Two connected TCP sockets: the first for a stream, the second for the test to hold.
struct Wire {
  Descriptor near;
  Descriptor far;

  Wire() {
    Descriptor listening = open_listening_socket(*Address::parse("127.0.0.1", 0)).value();
    far = connect_plain(*Address::of_socket(listening.get()));
    pollfd waiting{listening.get(), POLLIN, 0};
    REQUIRE(poll(&waiting, 1, 10'000) == 1);
    near = Descriptor(accept4(listening.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    REQUIRE(near.valid());
  }

  void say(std::string_view text) const {
    REQUIRE(::send(far.get(), text.data(), text.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(text.size()));
  }

  /// Closes the far end with a RST.
  void reset() {
    const linger at_once{1, 0};
    setsockopt(far.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    far.reset();
  }
};

}  // namespace postern::net
