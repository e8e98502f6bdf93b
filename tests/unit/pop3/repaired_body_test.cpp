// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/repaired_body.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <utility>

#include "proxy/pop3/body_scanner.hpp"

namespace postern::pop3 {
namespace {

struct Outcome {
  std::string shown;
  std::size_t taken = 0;
  bool ended = false;
  bool changed = false;
  bool operator==(const Outcome&) const = default;
};

Outcome in_pieces(std::string_view bytes, std::size_t size) {
  RepairedBody body;
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
  outcome.changed = body.changed();
  return outcome;
}

Outcome in_two(std::string_view bytes, std::size_t at) {
  RepairedBody body;
  body.begin();
  std::string shown;
  std::size_t taken = 0;
  for (const std::string_view piece : {bytes.substr(0, at), bytes.substr(at)}) {
    std::string spare;
    Gather gather(spare);
    if (!body.ended()) taken += body.take(piece, gather);
    shown.append(gather.all());
  }
  return {shown, taken, body.ended(), body.changed()};
}

// The same, however it is cut.
Outcome of(std::string_view bytes) {
  const Outcome whole = in_pieces(bytes, bytes.size());
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    INFO(size);
    CHECK(in_pieces(bytes, size) == whole);
    CHECK(in_two(bytes, size) == whole);
  }
  return whole;
}

// By lines of the standard first, and by searches, where the code goes by bytes.
std::string reference(std::string_view body) {
  std::string out;
  while (!body.empty()) {
    const std::size_t end = std::min(body.find("\r\n"), body.size());
    std::string_view line = body.substr(0, end);
    body.remove_prefix(std::min(end + 2, body.size()));
    if (line.starts_with(".\n")) out += '.';
    for (std::size_t feed = line.find('\n'); feed != std::string_view::npos;
         feed = line.find('\n')) {
      out.append(line.substr(0, feed)).append("\r\n");
      line.remove_prefix(feed + 1);
      if (line.starts_with('.')) out += '.';
    }
    out.append(line).append("\r\n");
  }
  return out;
}

}  // namespace

TEST_CASE("a LF alone becomes CRLF, and a dot behind it is stuffed") {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"a\nb\r\n.\r\n", "a\r\nb\r\n.\r\n"},
      {"\n\n\r\n.\r\n", "\r\n\r\n\r\n.\r\n"},
      {"a\n.\r\n+OK\r\n.\r\n", "a\r\n..\r\n+OK\r\n.\r\n"},
      {"a\n.\nb\r\n.\r\n", "a\r\n..\r\nb\r\n.\r\n"},
      {"a\n..\n...\r\n.\r\n", "a\r\n...\r\n....\r\n.\r\n"},
      {"a\n.b\r\n.b\r\n.\r\n", "a\r\n..b\r\n.b\r\n.\r\n"},
      {"\n.\r\n.\r\n", "\r\n..\r\n.\r\n"},
      {".\n.\r\n.\r\n", "..\r\n..\r\n.\r\n"},
      {"a\r\n.\nb\r\n.\r\n", "a\r\n..\r\nb\r\n.\r\n"},
      {"..\nb\r\n.\r\n", "..\r\nb\r\n.\r\n"},
      {".abc\nb\r\n.\r\n", ".abc\r\nb\r\n.\r\n"},
      {"a\n\r\n.\r\n", "a\r\n\r\n.\r\n"},
      {"a\n\r.\n.\r\n.\r\n", "a\r\n\r.\r\n..\r\n.\r\n"},
      {"a\n.\rb\n.\r\n.\r\n", "a\r\n..\rb\r\n..\r\n.\r\n"},
  };
  for (const auto& [body, shown] : rows) {
    INFO(body);
    CHECK(of(body) == Outcome{std::string(shown), body.size(), true, true});
  }
}

TEST_CASE("what is as it should be passes as it is") {
  for (const std::string_view body :
       {".\r\n", "\r\n.\r\n", "a\r\n.\r\n", "..\r\n.a\r\n.\r\n", "a\rb\r\r\n\r\r\n.\r\n",
        ".\r.\r\n.\r\n", ".\r\r\n.\r\n", "abcdef.\r\n\r.\r\n.\r\n", "a\r\r\n..\r\n.\r\n"}) {
    INFO(body);
    CHECK(of(body) == Outcome{std::string(body), body.size(), true, false});
  }
}

TEST_CASE("it stays where it lies") {
  const std::string_view body = "line one\r\nline two\r\n.\r\n";
  RepairedBody repaired;
  repaired.begin();
  std::string spare;
  Gather gather(spare);
  repaired.take(body, gather);
  CHECK(gather.all().data() == body.data());
  CHECK(spare.empty());
}

TEST_CASE("each body is repaired or not for itself") {
  RepairedBody body;
  for (const bool bad : {true, false, true}) {
    body.begin();
    std::string spare;
    Gather gather(spare);
    body.take(bad ? "a\n.\r\n\r\n.\r\n" : "a\r\n.\r\n", gather);
    CHECK(body.ended());
    CHECK(body.changed() == bad);
  }
}

TEST_CASE("behind the end nothing is taken, and only the standard's end is one") {
  CHECK(in_pieces("a\n\r\n.\r\n+OK\n.", 100) == Outcome{"a\r\n\r\n.\r\n", 7, true, true});
  for (const std::string_view open :
       {"a\n.\r\n", "a\n.\n", ".\n", "a\r\n.\n", "a\r\n.\r", ".", "a\r", "..\r\n", "\r\n. \r\n"}) {
    INFO(open);
    CHECK_FALSE(of(open).ended);
  }
}

TEST_CASE("any bytes are repaired as by the reference, and end where the scanner says") {
  std::mt19937 dice(20260719);
  constexpr std::string_view kBytes = "\r\n\n..a";
  for (int round = 0; round < 5000; ++round) {
    std::string body(dice() % 40, 'x');
    for (char& byte : body) byte = kBytes[dice() % kBytes.size()];
    body += "\r\n.\r\n+OK\r\n";
    INFO(round << ": " << body);
    BodyScanner scanner;
    scanner.begin();
    const std::size_t length = scanner.scan(body);
    const std::string text = body.substr(0, length - 3);  // without its end
    const Outcome whole = in_pieces(body, body.size());
    CHECK(whole == Outcome{reference(text) + ".\r\n", length, true, reference(text) != text});
    CHECK(in_pieces(body, 1 + dice() % 5) == whole);
    CHECK(in_two(body, dice() % length) == whole);
  }
}

}  // namespace postern::pop3
