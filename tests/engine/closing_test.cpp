// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/engine/options.hpp"

namespace postern::testing {
namespace {

using tls::Exchange;
using tls::Progress;

TEST_CASE("the client closes first; the server may finish", "[engine]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const TestServer server;
  TlsPair pair(server.context(), only(version));
  REQUIRE(pair.handshake());
  pair.client.write("QUIT\r\n");
  pair.client.close();
  CHECK(pair.submit() == Progress::kClosed);
  CHECK(pair.server.received == "QUIT\r\n");
  CHECK(pair.server.read() == Progress::kClosed);
  REQUIRE(pair.server.write("+OK\r\n") == Progress::kDone);
  REQUIRE(pair.server.close() == Progress::kDone);
  CHECK(pair.deliver() == Step::kClosed);
  CHECK(pair.client.received == "+OK\r\n");
}

TEST_CASE("the server closes first, once; the client may finish", "[engine]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const std::size_t sink = GENERATE(1, 65536);
  const TestServer server;
  TlsPair pair(server.context(), only(version), sink);
  REQUIRE(pair.handshake());
  REQUIRE(pair.server.write("+OK\r\n") == Progress::kDone);
  REQUIRE(pair.server.close() == Progress::kDone);
  pair.client.write("late\r\n");
  CHECK(pair.deliver() == Step::kClosed);
  CHECK(pair.client.received == "+OK\r\n");
  CHECK(pair.submit() == Progress::kWantInput);
  CHECK(pair.server.received == "late\r\n");
  REQUIRE(pair.server.close() == Progress::kDone);
  CHECK(pair.server.take().empty());
  CHECK(pair.server.write("after") == Progress::kFailed);
}

TEST_CASE("a record that is half out leaves whole before the close", "[engine]") {
  const TestServer server;
  TlsPair pair(server.context(), {}, 3);
  REQUIRE(pair.handshake());
  std::vector<std::uint8_t> output(3);
  Exchange exchange{{}, output};
  CHECK(pair.server.engine().write(exchange, std::string_view("+OK bye\r\n")).progress ==
        Progress::kWantOutput);
  pair.client.feed({reinterpret_cast<const char*>(output.data()), exchange.produced});
  REQUIRE(pair.server.close() == Progress::kDone);
  CHECK(pair.deliver() == Step::kClosed);
  CHECK(pair.client.received == "+OK bye\r\n");
}

TEST_CASE("a stream that is cut is never taken for a close", "[engine]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const TestServer server;
  TlsPair pair(server.context(), only(version));
  REQUIRE(pair.handshake());
  pair.client.write("RETR 1\r\n");
  const std::string record = pair.client.take();
  pair.server.feed(std::string_view(record).substr(0, record.size() - 1));
  CHECK(pair.server.read() == Progress::kWantInput);
  CHECK(pair.server.received.empty());
  CHECK(pair.server.read() == Progress::kWantInput);
  pair.server.feed(std::string_view(record).substr(record.size() - 1));
  CHECK(pair.server.read() == Progress::kWantInput);
  CHECK(pair.server.received == "RETR 1\r\n");
}

}  // namespace
}  // namespace postern::testing
