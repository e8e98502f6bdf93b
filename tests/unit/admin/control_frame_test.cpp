// SPDX-License-Identifier: Apache-2.0
// Frames of the control socket: whole, in pieces, several in a row, and too long.
#include "proxy/admin/control_frame.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace postern::admin {
namespace {

using State = FrameReader::State;
using namespace std::string_literals;

// All frames in `bytes`, fed in pieces of that size.
std::vector<std::string> read_in_pieces(FrameReader& reader, std::string_view bytes,
                                        std::size_t size) {
  std::vector<std::string> frames;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(size, bytes.size()))) {
    for (std::string_view piece = bytes.substr(0, size); !piece.empty();) {
      if (reader.feed(piece) == State::kWhole) frames.push_back(reader.take());
    }
  }
  return frames;
}

}  // namespace

TEST_CASE("a frame is its length in network order, and the text") {
  CHECK(framed("{}") == "\0\0\0\2{}"s);
  CHECK(framed("").size() == 4);
  CHECK(framed(std::string(0x0102'03, 'x')).substr(0, 4) == "\0\1\2\3"s);
}

TEST_CASE("frames come out as they were put in, however they are cut") {
  const std::string bytes = framed(R"({"verb":"status"})") + framed("[]") + framed("x");
  for (std::size_t size = 1; size <= bytes.size(); ++size) {
    FrameReader reader(100);
    CHECK(read_in_pieces(reader, bytes, size) ==
          std::vector<std::string>{R"({"verb":"status"})", "[]", "x"});
    CHECK_FALSE(reader.has_begun());
  }
}

TEST_CASE("what is behind a frame is left") {
  FrameReader reader(100);
  const std::string two = framed("a") + framed("b");
  std::string_view bytes = two;
  CHECK(reader.feed(bytes) == State::kWhole);
  CHECK(bytes == framed("b"));
}

TEST_CASE("a frame that says too much is refused at its length") {
  for (const auto& [bytes, expected] :
       std::vector<std::pair<std::string, State>>{{"\0\0\0\x65"s, State::kTooLong},
                                                  {"\xFF\xFF\xFF\xFF"s, State::kTooLong},
                                                  {"GET "s, State::kTooLong},
                                                  {"\0\0\0\x64"s, State::kMore}}) {
    FrameReader reader(100);
    std::string_view rest = bytes;
    CHECK(reader.feed(rest) == expected);
  }
}

TEST_CASE("half a frame has begun, and is none") {
  FrameReader reader(100);
  std::string_view bytes("\0\0", 2);
  CHECK(reader.feed(bytes) == State::kMore);
  CHECK(reader.has_begun());
}

TEST_CASE("an empty frame is one") {
  FrameReader reader(100);
  std::string_view bytes("\0\0\0\0", 4);
  CHECK(reader.feed(bytes) == State::kWhole);
  CHECK(reader.take().empty());
}

}  // namespace postern::admin
