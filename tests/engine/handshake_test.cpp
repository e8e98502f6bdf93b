#include <catch2/catch.hpp>

#include "tests/support/tls_pair.hpp"

namespace postern::testing {
namespace {

using tls::Progress;

TlsClientOptions only(std::uint16_t version) {
  TlsClientOptions options;
  options.min_version = version;
  options.max_version = version;
  return options;
}

TEST_CASE("handshake and echo with any output and any segments", "[engine]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const std::size_t sink = GENERATE(1, 64, 1000, 16384, 65536);
  const std::size_t piece = GENERATE(1, 5, 1000, ServerEnd::kWhole);
  CAPTURE(version, sink, piece);
  const TestServer server;
  TlsPair pair(server.context(), only(version), sink, piece);
  REQUIRE(pair.handshake());

  REQUIRE(pair.server.write("+OK POP3 ready\r\n") == Progress::kDone);
  CHECK(pair.deliver() == Step::kWants);
  CHECK(pair.client.received == "+OK POP3 ready\r\n");
  pair.client.write("QUIT\r\n");
  CHECK(pair.submit() == Progress::kWantInput);
  CHECK(pair.server.received == "QUIT\r\n");
}

}  // namespace
}  // namespace postern::testing
