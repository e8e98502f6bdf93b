#include "proxy/pop3/base64.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <vector>

namespace postern::pop3 {
namespace {

std::optional<std::string> decoded(std::string_view text) {
  const auto secret = decode_base64(text);
  if (!secret) return std::nullopt;
  return std::string(secret->reveal());
}

// Written from RFC 4648 section 4, to compare with.
std::string encode(std::string_view bytes) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned long group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      const bool padding = i + j > bytes.size();
      text += padding ? '=' : kAlphabet[group >> (18 - 6 * j) & 63];
    }
  }
  return text;
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
    const std::string text = encode(bytes);
    CHECK(decoded(text) == bytes);
    std::string other = text;
    if (other.empty()) continue;
    other[random() % other.size()] = static_cast<char>(random());
    const auto found = decoded(other);
    CHECK((other == text || !found || *found != bytes));
    if (found) CHECK(encode(*found) == other);
  }
}

}  // namespace postern::pop3
