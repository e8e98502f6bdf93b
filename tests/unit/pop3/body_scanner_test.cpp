// SPDX-License-Identifier: Apache-2.0
// The scanner against the plainest reference there is: the position of CRLF "." CRLF in the whole
// buffer, with the status line's CRLF in front.
#include "proxy/pop3/body_scanner.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace postern::pop3 {
namespace {

// The size of the body with its terminator.
std::optional<std::size_t> reference(const std::string& bytes) {
  const std::size_t at = ("\r\n" + bytes).find("\r\n.\r\n");
  if (at == std::string::npos) return std::nullopt;
  return at + 3;
}

// Feeds the pieces until the end is met.
std::optional<std::size_t> scanned(const std::vector<std::string_view>& pieces) {
  BodyScanner scanner;
  scanner.begin();
  std::size_t taken = 0;
  for (const std::string_view piece : pieces) {
    const std::vector<char> block(piece.begin(), piece.end());
    const std::size_t size = scanner.scan({block.data(), block.size()});
    taken += size;
    if (scanner.ended()) return taken;
    if (size != piece.size()) return std::string::npos;  // stopped without an end
  }
  return std::nullopt;
}

std::vector<std::string_view> cut(std::string_view bytes, std::mt19937_64& random) {
  std::vector<std::string_view> pieces;
  const std::size_t longest = 1 + random() % 200;
  while (!bytes.empty()) {
    const std::size_t size = std::min<std::size_t>(bytes.size(), 1 + random() % longest);
    pieces.push_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return pieces;
}

std::vector<std::string_view> chunks(std::string_view bytes, std::size_t size) {
  std::vector<std::string_view> pieces;
  for (std::size_t at = 0; at < bytes.size(); at += size) pieces.push_back(bytes.substr(at, size));
  return pieces;
}

// Bytes in which line ends and dots are far more likely than in a message.
std::string random_body(std::mt19937_64& random) {
  static const std::vector<std::string> kPieces = {
      "\r\n",    "\n",          "\r",          ".",           "..",         "\r\n.",
      "\r\n.\r", "\n.\n",       "\n.\r\n",     "\r.\r",       "\r\n..\r\n", "\r\n.\n",
      "x",       "\r\r\n.\r\n", "\r\n.\r\r\n", "\r\n.\r.\r\n"};
  std::string body;
  for (std::size_t i = random() % 30; i > 0; --i) {
    body +=
        random() % 4 == 0 ? std::string(random() % 150, 'a') : kPieces[random() % kPieces.size()];
  }
  if (random() % 2 == 0) body += "\r\n.\r\n";
  if (random() % 2 == 0) body += std::string(random() % 100, 'b');
  return body;
}

}  // namespace

TEST_CASE("an empty body ends at once") {
  CHECK(scanned({".\r\n"}) == 3U);
  CHECK(scanned({".\r\n+OK\r\n"}) == 3U);
  CHECK(scanned({".", "\r", "\n"}) == 3U);
}

TEST_CASE("only CRLF.CRLF ends a body") {
  for (const char* body : {"a\n.\n", "a\n.\r\n", "a\r.\r", "a\r\n.\n", "a\r\n.\r", "a\r\n. \r\n",
                           "a.\r\n", "a\r\n..\r\n", "..\r\n", ".\n", ".\r\r\n", "\n.\r\n",
                           "\r.\r\n", "a\r\n.\r\r\n", "\r\n", "", ". \r\n"}) {
    INFO(body);
    CHECK_FALSE(scanned({body}));
    CHECK_FALSE(reference(body));
  }
}

TEST_CASE("near misses do not hide an end") {
  for (const std::string body :
       {"a\r\n.\r\r\n.\r\n", "a\r\r\n.\r\n", "a\r\n.\r\n", "\r\n.\r\n", "..\r\n.\r\n",
        "a\r\n.\r\n.\r\n", "\r\n\r\n.\r\n", ".\r.\r\n.\r\n"}) {
    INFO(body);
    CHECK(scanned({body}) == reference(body));
    for (std::size_t at = 0; at <= body.size(); ++at) {
      CHECK(scanned({std::string_view(body).substr(0, at), std::string_view(body).substr(at)}) ==
            reference(body));
    }
  }
}

TEST_CASE("an end at every distance from a block's border") {
  for (std::size_t size = 0; size < 600; ++size) {
    const std::string body = std::string(size, 'x') + "\r\n.\r\nrest";
    CHECK(scanned({body}) == size + 5);
  }
}

TEST_CASE("an end and its near misses at every alignment, whole and in chunks") {
  // What takes the eye for an end comes before it, at odd and at even places.
  static const std::string kLures[] = {"",       "\n.",    ".\r",         "..",    "\n-",
                                       "\r\n..", ".\r\n.", "\r\n.\r\r\n", ".\r.\r"};
  for (std::size_t offset = 0; offset < 64; ++offset) {
    for (std::size_t size = 0; size < 280; ++size) {
      const std::string& lure = kLures[(offset + size) % std::size(kLures)];
      const std::string body = std::string(size, 'x') + lure + "y\r\n.\r\n" + std::string(99, 'z');
      alignas(64) std::array<char, 512> room;
      std::ranges::copy(body, room.begin() + static_cast<std::ptrdiff_t>(offset));
      BodyScanner scanner;
      scanner.begin();
      const std::size_t taken = scanner.scan({room.data() + offset, body.size()});
      if (!scanner.ended() || taken != reference(body)) FAIL_CHECK(offset << " and " << size);
    }
  }
  for (const std::size_t chunk : {15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 131, 133}) {
    for (std::size_t size = 0; size < 300; ++size) {
      const std::string& lure = kLures[(chunk + size) % std::size(kLures)];
      const std::string body = std::string(size, 'x') + lure + "y\r\n.\r\n" + std::string(99, 'z');
      if (scanned(chunks(body, chunk)) != reference(body)) FAIL_CHECK(chunk << " and " << size);
    }
  }
}

TEST_CASE("random bodies in random splits, against the reference") {
  for (std::uint64_t seed = 1; seed <= 20'000; ++seed) {
    std::mt19937_64 random(seed);
    const std::string body = random_body(random);
    const auto expected = reference(body);
    const bool same = scanned({body}) == expected && scanned(cut(body, random)) == expected;
    if (!same) FAIL_CHECK("seed " << seed);
  }
}

TEST_CASE("a scanner begins anew") {
  BodyScanner scanner;
  for (int i = 0; i < 3; ++i) {
    scanner.begin();
    CHECK_FALSE(scanner.ended());
    CHECK(scanner.scan("a\r\n.\r\nnext") == 6);
    CHECK(scanner.ended());
  }
}

}  // namespace postern::pop3
