// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <random>

#include "tests/engine/options.hpp"

namespace postern::testing {
namespace {

using tls::Exchange;
using tls::Progress;
using tls::Result;

std::string noise(std::size_t size) {
  std::mt19937_64 random(size);
  std::string out(size, '\0');
  for (char& c : out) {
    c = static_cast<char>(random() & 0xff);
  }
  return out;
}

void echo(TlsPair& pair, const std::string& data) {
  REQUIRE(pair.server.write(data) == Progress::kDone);
  REQUIRE(pair.deliver() == Step::kWants);
  REQUIRE(pair.client.received == data);
  pair.client.write(data);
  REQUIRE(pair.submit() == Progress::kWantInput);
  REQUIRE(pair.server.received == data);
}

TEST_CASE("five megabytes there and back", "[engine]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const std::size_t sink = GENERATE(16384, 65536);
  CAPTURE(version, sink);
  const TestServer server;
  TlsPair pair(server.context(), only(version), sink, 65536);
  REQUIRE(pair.handshake());
  echo(pair, noise(5'000'000));
}

TEST_CASE("no byte is lost or doubled when the output is small", "[engine]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const std::size_t sink = GENERATE(1, 64, 1000, 4096, 5000);
  const std::size_t piece = GENERATE(1, 5, 1000);
  CAPTURE(version, sink, piece);
  const TestServer server;
  TlsPair pair(server.context(), only(version), sink, piece);
  REQUIRE(pair.handshake());
  echo(pair, noise(50'000));
}

TEST_CASE("one call fills a large output with whole records", "[engine]") {
  const TestServer server;
  TlsPair pair(server.context(), {});
  REQUIRE(pair.handshake());
  REQUIRE(pair.server.write("+OK") == Progress::kDone);
  pair.deliver();
  const std::string data = noise(200'000);
  std::vector<std::uint8_t> output(65536);
  Exchange exchange{{}, output};
  const Result result = pair.server.engine().write(exchange, data);
  CHECK(result.progress == Progress::kWantOutput);
  CHECK(exchange.produced <= 65536);
  // Nothing is held back: what was accepted fills the output, and the client can read all of it.
  CHECK(result.bytes > 65536 - 4 * 64);
  pair.client.received.clear();
  pair.client.feed({reinterpret_cast<const char*>(output.data()), exchange.produced});
  CHECK(pair.client.read() == Step::kWants);
  CHECK(pair.client.received == data.substr(0, result.bytes));
}

TEST_CASE("the rest may be offered again in any portions", "[engine]") {
  const std::size_t portion = GENERATE(1, 7, 100, 5000);
  const TestServer server;
  TlsPair pair(server.context(), {});
  REQUIRE(pair.handshake());
  const std::string data = noise(20'000);
  std::string_view rest = data;
  std::vector<std::uint8_t> output(50);
  std::size_t offered = rest.size();  // all at first: the record is sealed from it
  while (!rest.empty()) {
    Exchange exchange{{}, output};
    const Result result =
        pair.server.engine().write(exchange, rest.substr(0, std::min(offered, rest.size())));
    REQUIRE(result.progress != Progress::kFailed);
    pair.client.feed({reinterpret_cast<const char*>(output.data()), exchange.produced});
    rest.remove_prefix(result.bytes);
    offered = portion;
  }
  CHECK(pair.client.read() == Step::kWants);
  CHECK(pair.client.received == data);
}

TEST_CASE("reading goes on between the parts of a record that leaves slowly", "[engine]") {
  const TestServer server;
  TlsPair pair(server.context(), {}, 100);
  REQUIRE(pair.handshake());
  const std::string data = noise(1000);
  std::vector<std::uint8_t> output(100);
  std::string_view rest = data;
  for (int i = 0; !rest.empty(); ++i) {
    Exchange exchange{{}, output};
    const Result result = pair.server.engine().write(exchange, rest);
    rest.remove_prefix(result.bytes);
    pair.client.feed({reinterpret_cast<const char*>(output.data()), exchange.produced});
    pair.client.write("x");
    CHECK(pair.submit() == Progress::kWantInput);
    CHECK(pair.server.received == std::string(static_cast<std::size_t>(i) + 1, 'x'));
  }
  CHECK(pair.client.read() == Step::kWants);
  CHECK(pair.client.received == data);
}

TEST_CASE("several records in one segment are read in one call", "[engine]") {
  const TestServer server;
  TlsPair pair(server.context(), {});
  REQUIRE(pair.handshake());
  std::string expected;
  for (int i = 0; i < 50; ++i) {
    const std::string line = "LIST " + std::to_string(i) + "\r\n";
    pair.client.write(line);
    expected += line;
  }
  const std::string segment = pair.client.take();
  std::vector<char> plaintext(4096);
  Exchange exchange{{reinterpret_cast<const std::uint8_t*>(segment.data()), segment.size()}, {}};
  const Result result = pair.server.engine().read(exchange, plaintext);
  CHECK(result.progress == Progress::kWantInput);
  CHECK(exchange.input.empty());
  CHECK(std::string(plaintext.data(), result.bytes) == expected);
}

TEST_CASE("a full plaintext buffer leaves the rest for the next call", "[engine]") {
  const TestServer server;
  TlsPair pair(server.context(), {});
  REQUIRE(pair.handshake());
  pair.client.write("0123456789");
  const std::string segment = pair.client.take();
  std::vector<char> plaintext(4);
  Exchange exchange{{reinterpret_cast<const std::uint8_t*>(segment.data()), segment.size()}, {}};
  std::string received;
  Result result;
  do {
    result = pair.server.engine().read(exchange, plaintext);
    received.append(plaintext.data(), result.bytes);
  } while (result.progress == Progress::kDone);
  CHECK(result.progress == Progress::kWantInput);
  CHECK(received == "0123456789");
}

}  // namespace
}  // namespace postern::testing
