// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>

#include "tests/engine/options.hpp"
#include "tests/support/memory_scan.hpp"

namespace postern::testing {
namespace {

using tls::Exchange;
using tls::Progress;

// What stands behind the allocator's own marks in a freed block.
constexpr std::size_t kLead = 64;

struct Secret {
  std::string line = "PASS " + std::string(kLead, '.') + "xyzzy-plugh-" + std::to_string(getpid());
  const std::string bytes = line.substr(5 + kLead);

  void forget() { explicit_bzero(line.data(), line.size()); }
};

// Reads all that was fed, `room` bytes of plaintext at a time, and forgets it. Returns how much.
std::size_t read_and_forget(tls::Engine& engine, const std::string& record, std::size_t room) {
  std::vector<std::uint8_t> output(65536);
  std::vector<char> plaintext(room);
  Exchange exchange{{reinterpret_cast<const std::uint8_t*>(record.data()), record.size()}, output};
  std::size_t total = 0;
  for (;;) {
    const tls::Result result = engine.read(exchange, plaintext);
    explicit_bzero(plaintext.data(), result.bytes);
    total += result.bytes;
    if (result.progress != Progress::kDone) return total;
  }
}

TEST_CASE("what was read leaves no second copy behind", "[residue]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const std::size_t room = GENERATE(7, 40, 65536);
  const TestServer server;
  TlsPair pair(server.context(), only(version));
  REQUIRE(pair.handshake());
  Secret secret;
  pair.client.write(secret.line);
  secret.forget();
  const std::string record = pair.client.take();
  REQUIRE(copies_in_memory(secret.bytes) == 1);
  CHECK(read_and_forget(pair.server.engine(), record, room) == secret.line.size());
  CHECK(copies_in_memory(secret.bytes) == 1);
}

TEST_CASE("what was decrypted and never read is wiped with the engine", "[residue]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const TestServer server;
  Secret secret;
  {
    TlsPair pair(server.context(), only(version));
    REQUIRE(pair.handshake());
    pair.client.write(secret.line);
    secret.forget();
    const std::string record = pair.client.take();
    std::vector<std::uint8_t> output(65536);
    std::array<char, 5> beginning;
    Exchange exchange{{reinterpret_cast<const std::uint8_t*>(record.data()), record.size()},
                      output};
    REQUIRE(pair.server.engine().read(exchange, beginning).bytes == beginning.size());
  }
  CHECK(copies_in_memory(secret.bytes) == 1);
}

// In both ways of reading, and across the change between them.
TEST_CASE("wiping changes nothing of what is read", "[residue]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const std::size_t piece = GENERATE(1, 100, 65536);
  const TestServer server;
  TlsPair pair(server.context(), only(version), 65536, piece);
  REQUIRE(pair.handshake());
  std::string sent;
  for (int round = 0; round < 4; ++round) {
    for (const std::size_t size : {1, 2, 511, 512, 513, 16'384, 40'000}) {
      const std::string text(size, static_cast<char>('a' + round));
      pair.client.write(text);
      sent += text;
    }
    CHECK(pair.submit() == Progress::kWantInput);
    if (round == 1) pair.server.engine().expect_no_more_secrets();
  }
  CHECK((pair.server.received == sent));
}

}  // namespace
}  // namespace postern::testing
