// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/tally.hpp"

#include <array>
#include <catch2/catch.hpp>

namespace postern::report {
namespace {

using namespace std::chrono;

const Time kStart = *parse_time("2026-11-16T00:00:00Z");

class Counter {
 public:
  explicit Counter(std::size_t max_rows) : tally(timeline, max_rows) {}

  void add(std::string_view key, seconds when, std::string_view hint = {},
           std::string_view session = {}) {
    const std::array keys{key};
    const std::array hints{hint};
    timeline.note(kStart + when);
    tally.add({kStart + when, keys, hints, session});
  }

  Timeline timeline;
  Tally tally;
};

}  // namespace

TEST_CASE("rows count, with first and last time, the largest first") {
  Counter counter(100);
  counter.add("bob", 5s);
  counter.add("alice", 9s);
  counter.add("alice", 2s);
  counter.add("carol", 7s);
  counter.add("dave", 7s);
  const auto ranked = counter.tally.ranked();
  REQUIRE(ranked.size() == 4);
  CHECK(ranked[0]->first == Tally::Key{"alice"});
  CHECK(ranked[0]->second.count == 2);
  CHECK(ranked[0]->second.first == kStart + 2s);
  CHECK(ranked[0]->second.last == kStart + 9s);
  CHECK(ranked[1]->first == Tally::Key{"carol"});  // later than bob, before dave by name
  CHECK(ranked[2]->first == Tally::Key{"dave"});
  CHECK(ranked[3]->first == Tally::Key{"bob"});
  CHECK(counter.tally.find({"bob"})->count == 1);
  CHECK(counter.tally.find({"eve"}) == nullptr);
}

TEST_CASE("beyond the bound all new keys share one row") {
  Counter counter(2);
  counter.add("a", 1s);
  counter.add("b", 2s);
  CHECK_FALSE(counter.tally.other());
  for (int i = 0; i < 1000; ++i) counter.add("user" + std::to_string(i), seconds(3 + i));
  counter.add("a", 4s);
  CHECK(counter.tally.rows().size() == 2);
  CHECK(counter.tally.find({"a"})->count == 2);
  REQUIRE(counter.tally.other());
  CHECK(counter.tally.other()->count == 1000);
  CHECK(counter.tally.other()->last == kStart + 1002s);
}

TEST_CASE("a session counts once a row") {
  Counter counter(100);
  counter.add("alice", 1s, "refused", "S1");
  counter.add("alice", 2s, "exposed", "S1");
  counter.add("alice", 3s, "refused", "S2");
  counter.add("bob", 3s, "refused", "S1");
  counter.add("bob", 4s);
  counter.add("bob", 5s);
  CHECK(counter.tally.find({"alice"})->count == 2);
  CHECK(counter.tally.find({"alice"})->hints[0].words() ==
        std::vector<std::string>{"exposed", "refused"});
  CHECK(counter.tally.find({"bob"})->count == 3);
}

TEST_CASE("the words of a key and of hints are bounded") {
  Counter counter(100);
  const std::string giant(10'000, 'x');
  counter.add(giant, 1s, giant);
  const auto* const row = counter.tally.ranked().front();
  CHECK(row->first.front() == std::string(Tally::kMaxBytes, 'x') + "…");
  CHECK(row->second.hints[0].words().front() == std::string(Hints::kMaxBytes, 'x') + "…");
}

TEST_CASE("only a few hints are kept, whatever the order") {
  Hints hints;
  for (const auto* const word : {"e", "c", "", "a", "d", "b", "a", "c"}) hints.add(word);
  CHECK(hints.words() == std::vector<std::string>{"a", "b", "c", "d", "…"});
  Hints few;
  for (const auto* const word : {"b", "a", "b"}) few.add(word);
  CHECK(few.words() == std::vector<std::string>{"a", "b"});
}

TEST_CASE("what happened lately is remembered, and no more than that") {
  Recent recent;
  CHECK(recent.insert(1));
  CHECK_FALSE(recent.insert(1));
  for (std::size_t i = 2; i < Recent::kMost; ++i) recent.insert(i);
  CHECK_FALSE(recent.insert(1));
  for (std::size_t i = 0; i < 2 * Recent::kMost; ++i) recent.insert(1'000'000 + i);
  CHECK(recent.insert(1));
}

}  // namespace postern::report
