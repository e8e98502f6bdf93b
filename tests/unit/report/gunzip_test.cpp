// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/gunzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace postern::report {
namespace {

std::string packed(const std::string& text) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8,
                       Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

struct Unpacked {
  std::string text;
  bool broken = false;
  bool complete = false;
};

// Handed in by pieces of this size, with room for so much at a time.
Unpacked unpack(std::string_view bytes, std::size_t piece, std::size_t room) {
  Gunzip gunzip;
  Unpacked result;
  std::vector<char> buffer(room);
  std::string_view some;
  while (true) {
    if (some.empty()) {
      some = bytes.substr(0, piece);
      bytes.remove_prefix(some.size());
    }
    const bool over = some.empty();
    const auto size = gunzip.next(some, buffer);
    if (!size) {
      result.broken = true;
      break;
    }
    result.text.append(buffer.data(), *size);
    if (over && *size == 0) break;
  }
  result.complete = gunzip.is_complete();
  return result;
}

std::string lines() {
  std::string text;
  for (int i = 0; i < 5'000; ++i) text += "line " + std::to_string(i) + '\n';
  return text;
}

}  // namespace

TEST_CASE("what gzip has packed is known by its first bytes") {
  CHECK(Gunzip::is_packed(packed("x")));
  CHECK_FALSE(Gunzip::is_packed("ts=2026"));
  CHECK_FALSE(Gunzip::is_packed("\x1f"));
  CHECK_FALSE(Gunzip::is_packed(""));
}

TEST_CASE("it unpacks to what was packed, in pieces of any size") {
  const std::string text = lines();
  const std::string file = packed(text);
  const auto [piece, room] = GENERATE(table<std::size_t, std::size_t>(
      {{1, 1}, {1, 65'536}, {7, 100}, {100'000, 1}, {100'000, 65'536}}));
  const Unpacked result = unpack(file, piece, room);
  CHECK(result.text == text);
  CHECK(result.complete);
  CHECK_FALSE(result.broken);
}

TEST_CASE("several packed one behind the other are one") {
  const std::string file = packed("one\n") + packed("") + packed("two\n");
  for (const std::size_t piece : {1U, 5U, 1'000U}) {
    const Unpacked result = unpack(file, piece, 16);
    CHECK(result.text == "one\ntwo\n");
    CHECK(result.complete);
  }
}

TEST_CASE("what ends too early is not complete, and what came before is not lost") {
  const std::string text = lines();
  const std::string file = packed(text);
  const Unpacked result = unpack(std::string_view(file).substr(0, file.size() / 2), 1'000, 1'000);
  CHECK_FALSE(result.complete);
  CHECK_FALSE(result.broken);
  CHECK(result.text.size() > 1'000);
  CHECK(text.starts_with(result.text));
  CHECK_FALSE(unpack(std::string_view(file).substr(0, 5), 1, 10).complete);
}

TEST_CASE("what is broken is told, and does not end well later") {
  std::string file = packed(lines());
  file[file.size() / 2] = static_cast<char>(file[file.size() / 2] ^ 0x55);
  CHECK(unpack(file, 1'000, 1'000).broken);
  CHECK(unpack(packed("x").append("rubbish"), 3, 10).broken);
  CHECK(unpack("\x1f\x8b\x08 is not enough", 3, 10).broken);
  Gunzip gunzip;
  std::vector<char> room(10);
  std::string_view rubbish = "rubbish";
  CHECK_FALSE(gunzip.next(rubbish, room));
  const std::string good = packed("x");
  std::string_view rest = good;
  CHECK_FALSE(gunzip.next(rest, room));
}

}  // namespace postern::report
