// SPDX-License-Identifier: Apache-2.0
#include "proxy/cluster/reply_reader.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "proxy/cluster/engine_command.hpp"

namespace postern::cluster {
namespace {

using Kind = Reply::Kind;

Reply text(std::string bytes) { return {.kind = Kind::kText, .text = std::move(bytes)}; }
Reply integer(std::int64_t value) { return {.kind = Kind::kInteger, .integer = value}; }

std::vector<Reply> read(ReplyReader& reader, std::string_view bytes) {
  std::vector<Reply> replies;
  reader.feed(bytes);
  while (auto reply = reader.next()) replies.push_back(*std::move(reply));
  return replies;
}

TEST_CASE("every kind of reply is read, wherever it is split") {
  const std::vector<Reply> expected = {
      text("OK"),
      {.kind = Kind::kError, .text = "NOAUTH who are you"},
      integer(-7),
      text(std::string("a\r\n\0b", 5)),
      {},
      {},
      {.kind = Kind::kList},
      {.kind = Kind::kList,
       .list = {text("x"), {.kind = Kind::kList, .list = {integer(1), text("")}}, {}}},
      text("end")};
  const std::string bytes = std::string("+OK\r\n-NOAUTH who are you\r\n:-7\r\n$5\r\na\r\n") + '\0' +
                            "b\r\n$-1\r\n*-1\r\n*0\r\n*3\r\n$1\r\nx\r\n*2\r\n:1\r\n$0\r\n\r\n"
                            "$-1\r\n+end\r\n";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    ReplyReader reader;
    auto replies = read(reader, std::string_view(bytes).substr(0, cut));
    for (Reply& reply : read(reader, std::string_view(bytes).substr(cut))) {
      replies.push_back(std::move(reply));
    }
    CHECK(replies == expected);
    CHECK_FALSE(reader.is_broken());
  }
}

TEST_CASE("what is no reply breaks the reader for good") {
  for (const std::string_view bytes :
       {"HTTP/1.1 400 Bad Request\r\n", "$-2\r\n", "*-2\r\n", ":x\r\n", "$9223372036854775808\r\n",
        "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n"}) {
    ReplyReader reader;
    CHECK(read(reader, bytes).empty());
    CHECK(reader.is_broken());
    CHECK(read(reader, "+OK\r\n").empty());
  }
}

TEST_CASE("a reply has a bound") {
  SECTION("in bytes, while it is not complete") {
    ReplyReader reader;
    CHECK(read(reader, "$1000000000\r\n").empty());
    CHECK_FALSE(reader.is_broken());
    const std::string block(1 << 16, 'x');
    std::size_t taken = 0;
    while (!reader.is_broken()) {
      CHECK(read(reader, block).empty());
      taken += block.size();
      REQUIRE(taken <= ReplyReader::kMostBytes + 2 * block.size());
    }
  }
  SECTION("in values, before there is room made for them") {
    ReplyReader reader;
    CHECK(read(reader, "*2147483647\r\n").empty());
    CHECK(reader.is_broken());
  }
  SECTION("in values of all depths together") {
    ReplyReader reader;
    std::string bytes = "*40000\r\n";
    for (int i = 0; i < 3; ++i) bytes += "*20000\r\n";
    CHECK(read(reader, bytes).empty());
    CHECK(reader.is_broken());
  }
  SECTION("of each alone, and not of all") {
    ReplyReader reader;
    for (int i = 0; i < 3; ++i) {
      std::string bytes = "*40000\r\n";
      for (int j = 0; j < 40'000; ++j) bytes += ":1\r\n";
      CHECK(read(reader, bytes).size() == 1);
    }
    CHECK_FALSE(reader.is_broken());
  }
}

TEST_CASE("a command is a list of words of any bytes") {
  CHECK(command_of({"SET", std::string("a\r\n\0", 4), ""}) ==
        std::string("*3\r\n$3\r\nSET\r\n$4\r\na\r\n\0\r\n$0\r\n\r\n", 29));
}

}  // namespace
}  // namespace postern::cluster
