// SPDX-License-Identifier: Apache-2.0
#include "tls/sealing_key.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace postern::tls {
namespace {

std::string from_hex(std::string_view digits) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

HashSecret counted_from(std::uint8_t first) {
  HashSecret secret;
  for (std::uint8_t& byte : secret.bytes) byte = first++;
  return secret;
}

TEST_CASE("what was sealed is opened, with the same key and for the same place") {
  const SealingKey key(HashSecret::draw());
  for (const std::string& text :
       {std::string(), std::string("a\0b", 3), std::string(100'000, 'x')}) {
    const std::string sealed = key.seal(text, "place");
    CHECK(sealed.size() == text.size() + SealingKey::kOverhead);
    CHECK(key.open(sealed, "place") == text);
    CHECK_FALSE(key.open(sealed, "another"));
    CHECK_FALSE(SealingKey(HashSecret::draw()).open(sealed, "place"));
    CHECK(key.seal(text, "place") != sealed);
  }
}

TEST_CASE("no byte of it can be changed, added or taken away") {
  const SealingKey key(HashSecret::draw());
  const std::string sealed = key.seal("198.51.100.7", "ban");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string other = sealed;
    other[i] = static_cast<char>(other[i] ^ 1);
    CHECK_FALSE(key.open(other, "ban"));
    CHECK_FALSE(key.open(sealed.substr(0, i), "ban"));
  }
  CHECK_FALSE(key.open(sealed + "x", "ban"));
}

// draft-irtf-cfrg-xchacha, appendix A.3.1.
TEST_CASE("it is XChaCha20-Poly1305") {
  const SealingKey key(counted_from(0x80));
  const std::string nonce = from_hex("404142434445464748494a4b4c4d4e4f5051525354555657");
  const std::string place = from_hex("50515253c0c1c2c3c4c5c6c7");
  const std::string sealed = from_hex(
      "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda"
      "7e"
      "39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565"
      "d3"
      "fff921f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49");
  CHECK(
      key.open(nonce + sealed, place) ==
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
      "sunscreen would be it.");
}

}  // namespace
}  // namespace postern::tls
