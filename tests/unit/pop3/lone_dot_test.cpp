// SPDX-License-Identifier: Apache-2.0
// The search, and each of its ways to skip what is clean, against the plainest one.
#include "proxy/pop3/lone_dot.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <random>
#include <string>
#include <vector>

namespace postern::pop3 {
namespace {

// Where vectors may be aligned.
constexpr std::size_t kPlaces = 33;

struct Way {
  std::string_view name;
  std::function<std::size_t(std::string_view)> clean;
};

// What this processor can do.
std::vector<Way> ways() {
  std::vector<Way> ways = {{"blocks", clean_blocks}};
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2")) ways.push_back({"vectors", clean_vectors});
#endif
  return ways;
}

void compare(std::string_view bytes) {
  const std::size_t first = bytes.find(kLoneDot);
  REQUIRE(find_lone_dot(bytes, 0) == first);
  for (const Way& way : ways()) {
    INFO(way.name << ", " << bytes.size() << " bytes, the first one at " << first);
    REQUIRE(way.clean(bytes) <= first);
    REQUIRE(way.clean(bytes) <= bytes.size());
  }
}

}  // namespace

TEST_CASE("it is found wherever it lies") {
  for (std::size_t size = kLoneDot.size(); size < 700; size += 1 + size / 10) {
    for (std::size_t at = 0; at + kLoneDot.size() <= size; ++at) {
      std::string bytes(kPlaces + size, 'x');
      bytes.replace(kPlaces + at, kLoneDot.size(), kLoneDot);
      // No vector may ask for more bytes than there are, wherever they begin.
      for (std::size_t before = 1; before <= kPlaces; ++before)
        compare(std::string_view(bytes).substr(before));
    }
  }
}

TEST_CASE("what is clean is skipped, but for the last few bytes") {
  const std::string bytes(10'000, 'x');
  for (const Way& way : ways()) {
    for (std::size_t from = 0; from < kPlaces; ++from) {
      const std::string_view rest = std::string_view(bytes).substr(from);
      INFO(way.name);
      CHECK(rest.size() - way.clean(rest) <= 256);
    }
  }
}

TEST_CASE("what only resembles it is none") {
  std::string bytes;
  while (bytes.size() < 2'000) bytes += "..\n-\r..\nx.\n\r\n.\n.x.\r";
  CHECK(find_lone_dot(bytes, 0) == std::string::npos);
  compare(bytes);
}

TEST_CASE("one after the other in random bytes") {
  std::mt19937_64 random(1);
  std::size_t met = 0;
  for (int round = 0; round < 500; ++round) {
    std::string bytes(random() % 3'000, 'x');
    for (std::size_t i = random() % 80; i > 0 && bytes.size() > kLoneDot.size(); --i) {
      const std::size_t at = random() % (bytes.size() - kLoneDot.size());
      if (random() % 4 == 0) {
        bytes.replace(at, kLoneDot.size(), kLoneDot);
      } else {
        bytes[at] = "\r\n."[random() % 3];
      }
    }
    std::size_t at = find_lone_dot(bytes, 0);
    for (; at != std::string::npos; at = find_lone_dot(bytes, at + 1), ++met) {
      compare(std::string_view(bytes).substr(at));
      REQUIRE(find_lone_dot(bytes, at + 1) == bytes.find(kLoneDot, at + 1));
    }
  }
  CHECK(met > 1'000);
}

}  // namespace postern::pop3
