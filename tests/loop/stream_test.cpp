// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "tests/loop/wire.hpp"
#include "tests/support/memory_scan.hpp"

namespace postern::net {
namespace {

std::size_t read_all(int socket) {
  std::array<char, 65'536> buffer;
  std::size_t total = 0;
  while (true) {
    const ssize_t count = ::recv(socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count <= 0) return total;
    total += static_cast<std::size_t>(count);
  }
}

TEST_CASE("a stream passes on what the peer says, and its end") {
  Loop loop;
  Notes notes;
  Wire wire;
  Stream stream(loop, notes);
  REQUIRE(stream.adopt(std::move(wire.near)) == 0);
  stream.start_reading();
  wire.say("STAT\r\n");
  turn_until(loop, [&] { return notes.bytes == "STAT\r\n"; });
  wire.far.reset();
  turn_until(loop, [&] { return !notes.ends.empty(); });
  CHECK(notes.ends == std::vector{StreamEnd::kFinished});
}

TEST_CASE("after the peer's FIN there is still something to say") {
  Loop loop;
  Notes notes;
  Wire wire;
  Stream stream(loop, notes);
  REQUIRE(stream.adopt(std::move(wire.near)) == 0);
  stream.start_reading();
  REQUIRE(shutdown(wire.far.get(), SHUT_WR) == 0);
  turn_until(loop, [&] { return !notes.ends.empty(); });
  stream.send("+OK\r\n");
  std::array<char, 8> buffer{};
  turn_until(loop, [&] {
    return ::recv(wire.far.get(), buffer.data(), buffer.size(), MSG_DONTWAIT) == 5;
  });
  CHECK(std::string(buffer.data()) == "+OK\r\n");
}

TEST_CASE("bytes that came before a reset are passed on first") {
  Loop loop;
  Notes notes;
  Wire wire;
  Stream stream(loop, notes);
  REQUIRE(stream.adopt(std::move(wire.near)) == 0);
  wire.say("QUIT\r\n");
  wire.reset();
  stream.start_reading();
  turn_until(loop, [&] { return !notes.ends.empty(); });
  CHECK(notes.bytes == "QUIT\r\n");
  // libuv calls it an end when the hang-up is reported together with the bytes.
  CHECK(notes.ends.size() == 1);
}

TEST_CASE("a stream that does not read gets nothing until it reads again") {
  Loop loop;
  Notes notes;
  Wire wire;
  Stream stream(loop, notes);
  REQUIRE(stream.adopt(std::move(wire.near)) == 0);
  stream.start_reading();
  wire.say("a");
  turn_until(loop, [&] { return notes.bytes == "a"; });
  stream.stop_reading();
  wire.say("b");
  bool turned = false;
  Timer later(loop, [&] { turned = true; });
  later.start(std::chrono::milliseconds(20));
  turn_until(loop, [&] { return turned; });
  CHECK(notes.bytes == "a");
  stream.start_reading();
  turn_until(loop, [&] { return notes.bytes == "ab"; });
}

TEST_CASE("a full kernel leaves a remainder, which is told when it is gone") {
  Loop loop;
  Notes notes;
  Wire wire;
  Stream stream(loop, notes);
  REQUIRE(stream.adopt(std::move(wire.near)) == 0);
  const std::string chunk(1 << 20, 'x');
  std::size_t sent = 0;
  while (!stream.pending()) {
    stream.send(chunk);
    sent += chunk.size();
  }
  CHECK(stream.pending_bytes() > 0);
  CHECK(stream.pending_bytes() <= chunk.size());
  stream.send("tail");
  std::size_t received = 0;
  turn_until(loop, [&] {
    received += read_all(wire.far.get());
    return notes.drained == 1 && received == sent + 4;
  });
  CHECK_FALSE(stream.pending());
  CHECK(stream.pending_bytes() == 0);
}

// A password goes to the backend this way.
TEST_CASE("what the kernel did not take is wiped") {
  Loop loop;
  Notes notes;
  Wire wire;
  const bool taken_in_the_end = GENERATE(true, false);
  // A freed block's first bytes are the allocator's own: the secret stands behind them.
  std::string line = "PASS " + std::string(40, '.') + "xyzzy-plugh-" + std::to_string(getpid());
  const std::string secret = line.substr(45);
  {
    Stream stream(loop, notes);
    REQUIRE(stream.adopt(std::move(wire.near)) == 0);
    const std::string chunk(1 << 20, 'x');
    while (!stream.pending()) stream.send(chunk);
    stream.send(line);
    explicit_bzero(line.data(), line.size());
    CHECK(testing::copies_in_memory(secret) == 2);  // our own, and the stream's
    if (taken_in_the_end) {
      // Read and dropped by the kernel: no copy may come to be here.
      turn_until(loop, [&] {
        while (::recv(wire.far.get(), nullptr, 1 << 20, MSG_DONTWAIT | MSG_TRUNC) > 0) continue;
        return notes.drained == 1;
      });
    }
  }
  bool turned = false;
  Timer later(loop, [&] { turned = true; });
  later.start(std::chrono::milliseconds(1));
  turn_until(loop, [&] { return turned; });
  CHECK(testing::copies_in_memory(secret) == 1);
}

TEST_CASE("a stream can be destroyed while bytes are pending") {
  Loop loop;
  Notes notes;
  Wire wire;
  {
    Stream stream(loop, notes);
    REQUIRE(stream.adopt(std::move(wire.near)) == 0);
    const std::string chunk(1 << 20, 'x');
    while (!stream.pending()) stream.send(chunk);
  }
  bool turned = false;
  Timer later(loop, [&] { turned = true; });
  later.start(std::chrono::milliseconds(20));
  turn_until(loop, [&] { return turned; });
  CHECK(notes.drained == 0);
  CHECK(notes.ends.empty());
}

TEST_CASE("a stream can be closed inside its own callback") {
  Loop loop;
  Notes notes;
  Wire wire;
  Stream stream(loop, notes);
  REQUIRE(stream.adopt(std::move(wire.near)) == 0);
  notes.then = [&] { stream.close(); };
  stream.start_reading();
  wire.say("bye");
  turn_until(loop, [&] { return notes.bytes == "bye"; });
  stream.send("nobody hears this");
  CHECK_FALSE(stream.pending());
  std::array<char, 8> buffer{};
  CHECK(::recv(wire.far.get(), buffer.data(), buffer.size(), 0) == 0);
}

TEST_CASE("writing to a peer that has gone ends the stream and not the process") {
  std::signal(SIGPIPE, SIG_IGN);
  Loop loop;
  Notes notes;
  Wire wire;
  Stream stream(loop, notes);
  REQUIRE(stream.adopt(std::move(wire.near)) == 0);
  wire.reset();
  turn_until(loop, [&] {
    stream.send("anybody there?");
    return !notes.ends.empty();
  });
  CHECK(notes.ends == std::vector{StreamEnd::kReset});
}

TEST_CASE("a peer that said FIN can still vanish") {
  std::signal(SIGPIPE, SIG_IGN);
  Loop loop;
  Notes notes;
  Wire wire;
  Stream stream(loop, notes);
  REQUIRE(stream.adopt(std::move(wire.near)) == 0);
  stream.start_reading();
  REQUIRE(shutdown(wire.far.get(), SHUT_WR) == 0);
  turn_until(loop, [&] { return !notes.ends.empty(); });
  const std::string chunk(1 << 20, 'x');
  while (!stream.pending()) stream.send(chunk);
  wire.reset();
  turn_until(loop, [&] { return notes.ends.size() == 2; });
  CHECK(notes.ends == std::vector{StreamEnd::kFinished, StreamEnd::kReset});
}

TEST_CASE("FIN goes out behind the last byte") {
  Loop loop;
  Notes notes;
  Wire wire;
  Stream stream(loop, notes);
  REQUIRE(stream.adopt(std::move(wire.near)) == 0);
  stream.send("+OK bye\r\n");
  stream.finish();
  bool turned = false;
  Timer later(loop, [&] { turned = true; });
  later.start(std::chrono::milliseconds(1));
  turn_until(loop, [&] { return turned; });
  std::array<char, 32> buffer{};
  CHECK(::recv(wire.far.get(), buffer.data(), buffer.size(), 0) == 9);
  CHECK(::recv(wire.far.get(), buffer.data(), buffer.size(), 0) == 0);
}

TEST_CASE("connecting tells how it went, later") {
  Loop loop;
  Notes notes;
  Descriptor listening = open_listening_socket(*Address::parse("127.0.0.1", 0)).value();
  const Address address = *Address::of_socket(listening.get());
  SECTION("somebody listens") {
    Stream stream(loop, notes);
    REQUIRE(stream.connect(address) == 0);
    CHECK(notes.connected.empty());
    turn_until(loop, [&] { return !notes.connected.empty(); });
    CHECK(notes.connected == std::vector{0});
  }
  SECTION("somebody listens and speaks first") {
    Stream stream(loop, notes);
    REQUIRE(stream.connect(address) == 0);
    pollfd waiting{listening.get(), POLLIN, 0};
    REQUIRE(poll(&waiting, 1, 10'000) == 1);
    const Descriptor far(accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC));
    REQUIRE(::send(far.get(), "+OK\r\n", 5, MSG_NOSIGNAL) == 5);
    turn_until(loop, [&] { return notes.bytes == "+OK\r\n"; });
    CHECK(notes.connected == std::vector{0});
  }
  SECTION("nobody listens") {
    listening.reset();
    Stream stream(loop, notes);
    REQUIRE(stream.connect(address) == 0);
    turn_until(loop, [&] { return !notes.connected.empty(); });
    CHECK(notes.connected == std::vector<int>{UV_ECONNREFUSED});
    CHECK(notes.ends.empty());
  }
  SECTION("the stream is destroyed first") {
    {
      Stream stream(loop, notes);
      REQUIRE(stream.connect(address) == 0);
    }
    bool turned = false;
    Timer later(loop, [&] { turned = true; });
    later.start(std::chrono::milliseconds(20));
    turn_until(loop, [&] { return turned; });
    CHECK(notes.connected.empty());
  }
}

}  // namespace
}  // namespace postern::net
