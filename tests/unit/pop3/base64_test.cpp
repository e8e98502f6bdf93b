// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/base64.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <vector>

#include "tests/support/base64_reference.hpp"

namespace postern::pop3 {
namespace {

std::optional<std::string> decoded(std::string_view text) {
  const auto secret = decode_base64(text);
  if (!secret) return std::nullopt;
  return std::string(secret->reveal());
}

}  // namespace

TEST_CASE("the test vectors of RFC 4648 section 10") {
  CHECK(decoded("") == "");
  CHECK(decoded("Zg==") == "f");
  CHECK(decoded("Zm8=") == "fo");
  CHECK(decoded("Zm9v") == "foo");
  CHECK(decoded("Zm9vYg==") == "foob");
  CHECK(decoded("Zm9vYmE=") == "fooba");
  CHECK(decoded("Zm9vYmFy") == "foobar");
  CHECK(decoded("+/+/") == "\xfb\xff\xbf");
}

TEST_CASE("what is not strict base64") {
  const std::vector<std::string> texts = {
      // Padding that lacks, or is too much, or stands inside.
      "Z",
      "Zg",
      "Zg=",
      "Zm8",
      "Zm9vYg",
      "=",
      "==",
      "===",
      "====",
      "Z===",
      "Zg===",
      "Zm9v====",
      "Zg==Zg==",
      "Zg=a",
      "=Zg=",
      "Z=g=",
      // Blanks and line ends.
      " Zm9v",
      "Zm9v ",
      "Zm 9",
      "Zm9v\r\n",
      "Zm9\n",
      "\tZm9",
      "Zm9v    ",
      // Foreign characters, the URL alphabet, bytes beyond ASCII, NUL.
      "Zm9-",
      "Zm9_",
      "Zm9*",
      "Zm9\xff",
      std::string("Zm9\0", 4),
      std::string("\0\0\0\0", 4),
      // Bits beyond the last byte.
      "Zh==",
      "Zm9=",
      "Zm/=",
      "Z/==",
  };
  for (const std::string& text : texts) {
    INFO(text);
    CHECK_FALSE(decoded(text));
  }
}

TEST_CASE("every byte string comes back, and no other text decodes to it") {
  std::mt19937_64 random(7);
  for (std::size_t size = 0; size < 200; ++size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(random());
    const std::string text = testing::base64_of(bytes);
    CHECK(decoded(text) == bytes);
    std::string other = text;
    if (other.empty()) continue;
    other[random() % other.size()] = static_cast<char>(random());
    const auto found = decoded(other);
    CHECK((other == text || !found || *found != bytes));
    if (found) CHECK(testing::base64_of(*found) == other);
  }
}

}  // namespace postern::pop3
