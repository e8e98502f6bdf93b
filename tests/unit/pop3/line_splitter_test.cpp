// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/line_splitter.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <utility>
#include <vector>

namespace postern::pop3 {
namespace {

using Lines = std::vector<std::pair<LineForm, std::string>>;

void feed(LineSplitter& splitter, std::string_view bytes, std::size_t bound, Lines& lines) {
  // A copy in a block of its own size: a read beyond it is seen by the sanitizer.
  const std::vector<char> block(bytes.begin(), bytes.end());
  std::string_view rest(block.data(), block.size());
  Line line;
  while (splitter.next(rest, bound, line)) lines.emplace_back(line.form, line.text);
  CHECK(rest.empty());
}

Lines lines_of(std::string_view bytes, std::size_t bound, LongLine mode = LongLine::kAtOnce,
               BareLf bare_lf = BareLf::kTold) {
  LineSplitter splitter(mode, bare_lf);
  Lines lines;
  feed(splitter, bytes, bound, lines);
  return lines;
}

const Lines kNone;

}  // namespace

TEST_CASE("a line ends with CRLF") {
  CHECK(lines_of("NOOP\r\n", 512) == Lines{{LineForm::kGood, "NOOP"}});
  CHECK(lines_of("\r\n", 512) == Lines{{LineForm::kGood, ""}});
  CHECK(lines_of("A\r\nB\r\n", 512) == Lines{{LineForm::kGood, "A"}, {LineForm::kGood, "B"}});
  CHECK(lines_of("NOOP", 512) == kNone);
  CHECK(lines_of("NOOP\r", 512) == kNone);
  CHECK(lines_of("", 512) == kNone);
}

TEST_CASE("a client's line may end with LF alone") {
  const auto taken = [](std::string_view bytes) {
    return lines_of(bytes, 8, LongLine::kAtOnce, BareLf::kTaken);
  };
  CHECK(taken("A\nB\r\nC\n\n") == Lines{{LineForm::kGood, "A"},
                                        {LineForm::kGood, "B"},
                                        {LineForm::kGood, "C"},
                                        {LineForm::kGood, ""}});
  CHECK(taken("A\n\rB\n") == Lines{{LineForm::kGood, "A"}, {LineForm::kMalformed, "\rB"}});
  CHECK(taken("A\rB\n") == Lines{{LineForm::kMalformed, "A\rB"}});
  CHECK(taken("A\r\r\n") == Lines{{LineForm::kMalformed, "A\r"}});
  CHECK(taken("1234567890\nQ\n") ==
        Lines{{LineForm::kTooLong, "12345678"}, {LineForm::kGood, "Q"}});
  CHECK(taken("1234567\n") == Lines{{LineForm::kGood, "1234567"}});
}

TEST_CASE("a line that ends otherwise taints the one behind it") {
  CHECK(lines_of("A\nB\r\nC\r\n", 512) ==
        Lines{{LineForm::kBareLf, "A"}, {LineForm::kBareLf, "B"}, {LineForm::kGood, "C"}});
  CHECK(lines_of("\n", 512) == Lines{{LineForm::kBareLf, ""}});
  CHECK(lines_of("A\n\rB\r\n", 512) == Lines{{LineForm::kBareLf, "A"}, {LineForm::kBareLf, "\rB"}});
}

TEST_CASE("NUL and CR have no place inside a line") {
  CHECK(lines_of("A\rB\r\n", 512) == Lines{{LineForm::kMalformed, "A\rB"}});
  CHECK(lines_of("A\r\r\n", 512) == Lines{{LineForm::kMalformed, "A\r"}});
  CHECK(lines_of(std::string_view("A\0B\r\n", 5), 512) ==
        Lines{{LineForm::kMalformed, std::string("A\0B", 3)}});
  CHECK(lines_of("A\tB\xff\r\n", 512) == Lines{{LineForm::kGood, "A\tB\xff"}});
}

TEST_CASE("the bound counts the line with its end") {
  CHECK(lines_of("123456\r\n", 8) == Lines{{LineForm::kGood, "123456"}});
  CHECK(lines_of("1234567\r\n", 8) == Lines{{LineForm::kTooLong, "1234567\r"}});
  CHECK(lines_of("1234567\n", 8) == Lines{{LineForm::kBareLf, "1234567"}});
  CHECK(lines_of("12345678", 8) == Lines{{LineForm::kTooLong, "12345678"}});
  CHECK(lines_of("1234567", 8) == kNone);
}

TEST_CASE("the tail of a line that is too long is no line") {
  CHECK(lines_of("1234567890QUIT\r\nNOOP\r\n", 8) ==
        Lines{{LineForm::kTooLong, "12345678"}, {LineForm::kGood, "NOOP"}});
  CHECK(lines_of("1234567890\nQUIT\r\nNOOP\r\n", 8) == Lines{{LineForm::kTooLong, "12345678"},
                                                             {LineForm::kBareLf, "QUIT"},
                                                             {LineForm::kGood, "NOOP"}});
  CHECK(lines_of("12345678\nQ\r\n", 8) ==
        Lines{{LineForm::kTooLong, "12345678"}, {LineForm::kBareLf, "Q"}});
  CHECK(lines_of("1234567\r\nQ\r\n", 8) ==
        Lines{{LineForm::kTooLong, "1234567\r"}, {LineForm::kGood, "Q"}});
}

TEST_CASE("a taint does not reach beyond a long line with a good end") {
  CHECK(lines_of("A\n1234567890\r\nB\r\n", 8) ==
        Lines{{LineForm::kBareLf, "A"}, {LineForm::kTooLong, "12345678"}, {LineForm::kGood, "B"}});
}

TEST_CASE("a long reply is reported when it has ended") {
  CHECK(lines_of("1234567890", 8, LongLine::kAtItsEnd) == kNone);
  CHECK(lines_of("1234567890\r\nA\r\n", 8, LongLine::kAtItsEnd) ==
        Lines{{LineForm::kTooLong, "12345678"}, {LineForm::kGood, "A"}});
  CHECK(lines_of("1234567890\nA\r\n", 8, LongLine::kAtItsEnd) ==
        Lines{{LineForm::kTooLong, "12345678"}, {LineForm::kBareLf, "A"}});
}

TEST_CASE("what was thrown away is counted until the line ends") {
  LineSplitter splitter(LongLine::kAtItsEnd);
  Lines lines;
  feed(splitter, std::string(100, 'x'), 8, lines);
  CHECK(splitter.swallowed() == 92);
  feed(splitter, std::string(50, 'x'), 8, lines);
  CHECK(splitter.swallowed() == 142);
  feed(splitter, "\r\n", 8, lines);
  CHECK(splitter.swallowed() == 0);
  CHECK(lines == Lines{{LineForm::kTooLong, "xxxxxxxx"}});
}

TEST_CASE("the state between two reads") {
  LineSplitter splitter;
  Lines lines;
  CHECK(splitter.partial().empty());
  feed(splitter, "USER al", 512, lines);
  CHECK(splitter.partial() == "USER al");
  feed(splitter, "ice\r\n", 512, lines);
  CHECK(lines == Lines{{LineForm::kGood, "USER alice"}});
  CHECK(splitter.partial().empty());
  feed(splitter, std::string(600, 'x'), 512, lines);
  CHECK(splitter.partial().empty());
  feed(splitter, "\r\n", 512, lines);
}

TEST_CASE("a bound that shrinks under a begun line makes it too long") {
  for (const char* next : {"A", "\r\n", "\n"}) {
    LineSplitter splitter;
    Lines lines;
    feed(splitter, "12345678", 100, lines);
    feed(splitter, next, 4, lines);
    CHECK(lines == Lines{{LineForm::kTooLong, "12345678"}});
  }
}

TEST_CASE("every split of every text gives the same lines") {
  const std::vector<std::string> texts = {
      "NOOP\r\nQUIT\r\n",         "A\nB\r\nC\r\n", "A\rB\r\n\r\n", "12345678\r\nX\r\n",
      "123456789\nQUIT\r\nX\r\n", "\n\n\r\n\n",    "1234567\r\n",  "1234567\r\r\n\r\nA\r\n",
  };
  for (const LongLine mode : {LongLine::kAtOnce, LongLine::kAtItsEnd}) {
    const BareLf bare_lf = mode == LongLine::kAtOnce ? BareLf::kTaken : BareLf::kTold;
    for (const std::string& text : texts) {
      const Lines whole = lines_of(text, 8, mode, bare_lf);
      for (std::size_t a = 0; a <= text.size(); ++a) {
        for (std::size_t b = a; b <= text.size(); ++b) {
          LineSplitter splitter(mode, bare_lf);
          Lines lines;
          feed(splitter, text.substr(0, a), 8, lines);
          feed(splitter, text.substr(a, b - a), 8, lines);
          feed(splitter, text.substr(b), 8, lines);
          INFO(text << " at " << a << " and " << b);
          CHECK(lines == whole);
        }
      }
    }
  }
}

TEST_CASE("random bytes in random splits give the same lines") {
  constexpr std::string_view kBytes("\r\n\r\n\r\nAB \0", 10);
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    std::mt19937_64 random(seed);
    std::string text;
    for (std::size_t i = random() % 80; i > 0; --i) text += kBytes[random() % kBytes.size()];
    const LongLine mode = random() % 2 == 0 ? LongLine::kAtOnce : LongLine::kAtItsEnd;
    const std::size_t bound = 2 + random() % 12;
    const BareLf bare_lf = random() % 2 == 0 ? BareLf::kTaken : BareLf::kTold;
    LineSplitter splitter(mode, bare_lf);
    Lines lines;
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t size = 1 + random() % rest.size();
      feed(splitter, rest.substr(0, size), bound, lines);
      CHECK(splitter.partial().size() <= bound);
      rest.remove_prefix(size);
    }
    INFO("seed " << seed);
    CHECK(lines == lines_of(text, bound, mode, bare_lf));
  }
}

}  // namespace postern::pop3
