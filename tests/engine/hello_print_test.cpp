// SPDX-License-Identifier: Apache-2.0
// What an engine keeps of its client's hello: written out here by hand, in several orders, with
// GREASE, with what varies, and cut short.
#include "policy/hello_shape.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/engine/options.hpp"
#include "tests/support/tls_pair.hpp"
#include "tls/hello_print.hpp"

namespace postern::tls {
namespace {

using Numbers = std::vector<std::uint16_t>;

std::string u16(std::size_t value) {
  return {static_cast<char>(value >> 8U), static_cast<char>(value & 0xFFU)};
}

std::string numbers(const Numbers& all) {
  std::string bytes;
  for (const std::uint16_t one : all) bytes += u16(one);
  return bytes;
}

std::string extension(std::uint16_t type, const std::string& body = "") {
  return u16(type) + u16(body.size()) + body;
}

std::string versions(const Numbers& all) {
  return extension(43, static_cast<char>(2 * all.size()) + numbers(all));
}

policy::HelloShape shape(const std::string& suites, const std::string& extensions,
                         std::uint16_t version = TLS1_2_VERSION) {
  SSL_CLIENT_HELLO hello{};
  hello.version = version;
  hello.cipher_suites = reinterpret_cast<const std::uint8_t*>(suites.data());
  hello.cipher_suites_len = suites.size();
  hello.extensions = reinterpret_cast<const std::uint8_t*>(extensions.data());
  hello.extensions_len = extensions.size();
  return shape_of(hello);
}

policy::NumberList list(const Numbers& all) {
  policy::NumberList made;
  for (const std::uint16_t one : all) made.add(one);
  return made;
}

const std::string kSuites = numbers({0x1302, 0x1301});

}  // namespace

TEST_CASE("suites and extensions are told in their order", "[hello_shape]") {
  const auto seen = shape(kSuites, extension(11) + extension(10, "abc"));
  CHECK(seen.suites == list({0x1302, 0x1301}));
  CHECK(seen.extensions == list({11, 10}));
  CHECK(seen.extensions != shape(kSuites, extension(10) + extension(11)).extensions);
  CHECK(seen.suites != shape(numbers({0x1301, 0x1302}), "").suites);
}

TEST_CASE("GREASE in a hello counts for nothing", "[hello_shape]") {
  const auto plain = shape(kSuites, extension(11) + versions({TLS1_3_VERSION, TLS1_2_VERSION}));
  const auto greased =
      shape(numbers({0x7A7A, 0x1302, 0x1301}),
            extension(0x1A1A) + extension(11) + versions({0x2A2A, TLS1_3_VERSION, TLS1_2_VERSION}));
  CHECK(greased == plain);
}

TEST_CASE("what differs from one connection to the next is not in the print", "[hello_shape]") {
  const auto seen = shape(kSuites, extension(0, "name") + extension(11) + extension(16) +
                                       extension(21, std::string(300, '\0')) + extension(44) +
                                       extension(42) + extension(41));
  CHECK(seen.extensions == list({11}));
  CHECK(seen.sni);
  CHECK(seen.alpn);
  CHECK_FALSE(shape(kSuites, extension(11)).sni);
  CHECK_FALSE(shape(kSuites, extension(11)).alpn);
}

TEST_CASE("versions are those of the list, or the one that an old client says", "[hello_shape]") {
  CHECK(shape(kSuites, versions({TLS1_3_VERSION, TLS1_2_VERSION})).versions == 0b1100);
  CHECK(shape(kSuites, versions({TLS1_VERSION, TLS1_3_VERSION})).versions == 0b1001);
  CHECK(shape(kSuites, versions({0x0300, 0x0305, TLS1_2_VERSION})).versions == 0b0100);
  CHECK(shape(kSuites, "", TLS1_VERSION).versions == 0b0001);
  CHECK(shape(kSuites, "", TLS1_2_VERSION).versions == 0b0100);
  CHECK(shape(kSuites, "", 0x03FF).versions == 0b0100);
  CHECK(shape(kSuites, "", SSL3_VERSION).versions == 0);
}

TEST_CASE("a hello that is cut short counts as far as it goes", "[hello_shape]") {
  const std::string whole = extension(11, "ab") + extension(10, "cd") + versions({TLS1_3_VERSION});
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const auto seen = shape(kSuites, whole.substr(0, size));
    CHECK(seen.extensions.count == (size == whole.size() ? 3 : std::min<std::size_t>(size / 6, 2)));
  }
  CHECK(shape(kSuites + '\x13', "").suites == list({0x1302, 0x1301}));
  CHECK(shape("", "").suites == list({}));
}

TEST_CASE("an engine keeps what its client's hello looked like", "[hello_shape]") {
  const testing::TestServer server;
  testing::TlsPair pair(server.context(), testing::naming("pop.example.com"));
  CHECK_FALSE(pair.server.engine().agreement().hello.seen());
  REQUIRE(pair.handshake());
  const policy::HelloShape seen = pair.server.engine().agreement().hello;
  CHECK(seen.versions == 0b1100);
  CHECK(seen.sni);
  CHECK_FALSE(seen.alpn);
  CHECK(seen.suites.count > 3);
}

TEST_CASE("a hello that is refused was seen all the same", "[hello_shape]") {
  const testing::TestServer server;
  testing::TlsPair pair(server.context(), testing::only(TLS1_VERSION));
  CHECK_FALSE(pair.handshake());
  CHECK(pair.server.engine().agreement().hello.versions == 0b0001);
  CHECK_FALSE(pair.server.engine().agreement().hello.sni);
}

}  // namespace postern::tls
