// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/lf_body.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>

namespace postern::pop3 {
namespace {

struct Outcome {
  std::string shown;
  std::size_t taken = 0;
  bool ended = false;
  bool operator==(const Outcome&) const = default;
};

Outcome in_pieces(std::string_view bytes, std::size_t size) {
  LfBody body;
  body.begin();
  Outcome outcome;
  while (!bytes.empty() && !body.ended()) {
    std::string spare;
    Gather gather(spare);
    const std::string_view piece = bytes.substr(0, size);
    outcome.taken += body.take(piece, gather);
    outcome.shown.append(gather.all());
    bytes.remove_prefix(piece.size());
  }
  outcome.ended = body.ended();
  return outcome;
}

// The same, however it is cut.
Outcome of(std::string_view bytes) {
  const Outcome whole = in_pieces(bytes, bytes.size());
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    INFO(size);
    CHECK(in_pieces(bytes, size) == whole);
  }
  return whole;
}

}  // namespace

TEST_CASE("lines get their CR, and a lone dot ends them") {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {".\n", ".\r\n"},
      {".\r\n", ".\r\n"},
      {"a\n.\n", "a\r\n.\r\n"},
      {"a\r\nb\n.\n", "a\r\nb\r\n.\r\n"},
      {"a\n.\r\n", "a\r\n.\r\n"},
      {"a\r\n.\n", "a\r\n.\r\n"},
      {"\n\n.\n", "\r\n\r\n.\r\n"},
      {"..\n.a\n.\n", "..\r\n.a\r\n.\r\n"},
      {"a\rb\r\r\n.\n", "a\rb\r\r\n.\r\n"},
      {".\r.\n.\n", ".\r.\r\n.\r\n"},
      {".\r\r\n.\n", ".\r\r\n.\r\n"},
      {"a.\nabcdef.\n.\n", "a.\r\nabcdef.\r\n.\r\n"},
      {"abc\rdefghi\r\n.\n", "abc\rdefghi\r\n.\r\n"},
  };
  for (const auto& [body, shown] : rows) {
    INFO(body);
    CHECK(of(body) == Outcome{std::string(shown), body.size(), true});
  }
}

TEST_CASE("what lies behind the end is not taken, and what has no end has none") {
  const Outcome with_more = in_pieces("a\n.\n+OK\n", 100);
  CHECK(with_more == Outcome{"a\r\n.\r\n", 4, true});
  for (const std::string_view open : {"a\n.", "a\n.\r", "a", "a\r", "..\n", ".", "a\n. \n"}) {
    INFO(open);
    CHECK_FALSE(of(open).ended);
  }
}

}  // namespace postern::pop3
