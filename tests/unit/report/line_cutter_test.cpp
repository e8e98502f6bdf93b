// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/line_cutter.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

namespace postern::report {
namespace {

std::vector<std::string> cut(std::string_view text, std::size_t piece, std::uint64_t& too_long) {
  LineCutter cutter;
  std::vector<std::string> lines;
  while (!text.empty()) {
    std::string_view chunk = text.substr(0, piece);
    text.remove_prefix(chunk.size());
    while (const auto line = cutter.next(chunk)) lines.emplace_back(*line);
  }
  if (const auto line = cutter.rest()) lines.emplace_back(*line);
  too_long = cutter.too_long();
  return lines;
}

}  // namespace

TEST_CASE("lines are the same however the file is read") {
  const std::string text = "one\n\ntwo\r\nthr\ree\nlast";
  const auto piece = GENERATE(as<std::size_t>(), 1, 2, 3, 4, 5, 7, 100);
  std::uint64_t too_long = 0;
  CHECK(cut(text, piece, too_long) ==
        std::vector<std::string>{"one", "", "two", "thr\ree", "last"});
  CHECK(too_long == 0);
}

TEST_CASE("a file without a last line end has a last line, an empty one none") {
  std::uint64_t too_long = 0;
  CHECK(cut("a\n", 10, too_long) == std::vector<std::string>{"a"});
  CHECK(cut("a\r", 10, too_long) == std::vector<std::string>{"a"});
  CHECK(cut("", 10, too_long).empty());
}

TEST_CASE("a line may have 64 KiB, and a longer one is left out and counted") {
  const std::string most(LineCutter::kMaxLine, 'x');
  const std::string text = "a\n" + most + "\n" + most + "\r\n" + most + "x\nb\n" +
                           std::string(1'000'000, 'y') + "\nc\n" + most + most;
  const auto piece = GENERATE(as<std::size_t>(), 1, 1000, 65'536, 10'000'000);
  std::uint64_t too_long = 0;
  CHECK(cut(text, piece, too_long) == std::vector<std::string>{"a", most, most, "b", "c"});
  CHECK(too_long == 3);
}

}  // namespace postern::report
