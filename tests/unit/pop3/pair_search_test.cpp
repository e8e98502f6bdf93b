// Each of the ways to skip what is clean, against a look at one pair after the other.
#include "proxy/pop3/pair_search.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <random>
#include <string>
#include <vector>

namespace postern::pop3 {
namespace {

bool gives_away(std::string_view pair) { return pair == "\n." || pair == ".\r"; }

std::size_t reference(std::string_view bytes, std::size_t from) {
  while (from + 1 < bytes.size() && !gives_away(bytes.substr(from, 2))) from += 2;
  return from;
}

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
  const std::size_t first = reference(bytes, 0);
  CHECK(find_pair(bytes, 0) == first);
  for (const Way& way : ways()) {
    INFO(way.name << ", " << bytes.size() << " bytes, pair at " << first);
    const std::size_t clean = way.clean(bytes);
    CHECK(clean % 2 == 0);
    CHECK(clean <= first);
    CHECK(first - clean < 256);  // or it would cost more than it saves
  }
}

}  // namespace

TEST_CASE("a pair is found wherever it lies, if it begins at an even place") {
  for (const std::string_view pair : {"\n.", ".\r"}) {
    for (std::size_t size = 0; size < 700; size += 1 + size / 40) {
      for (std::size_t at = 0; at + 2 <= size; ++at) {
        std::string bytes(size, 'x');
        bytes.replace(at, 2, pair);
        compare(bytes);
        // At an odd address, too: no vector may ask for more.
        compare(std::string_view(bytes).substr(1));
      }
    }
  }
}

TEST_CASE("what only resembles a pair is none") {
  std::string bytes;
  while (bytes.size() < 2'000) bytes += "..\n-\r..\nx.\n\r";
  CHECK(find_pair(bytes, 0) == bytes.size());
  compare(bytes);
}

TEST_CASE("pairs in random bytes, one after the other") {
  std::mt19937_64 random(1);
  for (int round = 0; round < 200; ++round) {
    std::string bytes(random() % 3'000, 'x');
    for (std::size_t i = random() % 40; i > 0 && !bytes.empty(); --i)
      bytes[random() % bytes.size()] = "\r\n."[random() % 3];
    for (std::size_t from = 0; from < bytes.size(); from = find_pair(bytes, from) + kPair) {
      REQUIRE(find_pair(bytes, from) == reference(bytes, from));
      compare(std::string_view(bytes).substr(from));
    }
  }
}

}  // namespace postern::pop3
