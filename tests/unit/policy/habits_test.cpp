// SPDX-License-Identifier: Apache-2.0
#include "policy/habits.hpp"

#include <catch2/catch.hpp>

#include <sstream>

namespace postern::policy {
namespace {

Habits said(const std::string& words) {
  Habits habits;
  std::istringstream stream(words);
  for (std::string word; stream >> word;) habits.note(step_from(word).value());
  return habits;
}

bool fits(std::string_view pattern, const std::string& words) {
  std::string fault;
  const auto parsed = DialoguePattern::parse(pattern, fault);
  INFO(fault);
  REQUIRE(parsed);
  return parsed->matches(said(words));
}

std::string fault_of(std::string_view pattern) {
  std::string fault;
  return DialoguePattern::parse(pattern, fault) ? "none" : fault;
}

}  // namespace

TEST_CASE("every step has a word of its own", "[habits]") {
  for (std::size_t i = 0; i < kSteps; ++i) {
    const auto step = static_cast<Step>(i);
    CHECK(step_from(word_for(step)) == step);
  }
  CHECK_FALSE(step_from("capa"));
  CHECK_FALSE(step_from(""));
}

TEST_CASE("the same step again counts once", "[habits]") {
  CHECK(text_of(said("CAPA USER PASS > RETR RETR RETR QUIT")) == "CAPA USER PASS > RETR QUIT");
  CHECK(text_of(Habits()).empty());
}

TEST_CASE("steps are kept as long as there is room", "[habits]") {
  Habits habits;
  for (int i = 0; i < 100; ++i) {
    habits.note(Step::kLast);
    habits.note(Step::kRetr);
  }
  CHECK(habits.full());
  CHECK(habits.steps().size() == Habits::kMost);
  CHECK(text_of(habits).ends_with("LAST RETR …"));
  CHECK(habits.steps().back() == Step::kRetr);
}

TEST_CASE("a dialogue is as its pattern says, from its first step to its last", "[habits]") {
  CHECK(fits("USER PASS > QUIT", "USER PASS > QUIT"));
  CHECK_FALSE(fits("USER PASS > QUIT", "USER PASS >"));
  CHECK_FALSE(fits("USER PASS > QUIT", "USER PASS > STAT QUIT"));
  CHECK_FALSE(fits("USER PASS >", "USER PASS > QUIT"));
  CHECK_FALSE(fits("USER", ""));
}

TEST_CASE("a step may be missing, be one of several, or be many", "[habits]") {
  CHECK(fits("CAPA? USER", "CAPA USER"));
  CHECK(fits("CAPA? USER", "USER"));
  CHECK_FALSE(fits("CAPA? USER", "CAPA CAPA"));
  CHECK(fits("PLAIN|LOGIN > *", "PLAIN > STAT"));
  CHECK(fits("PLAIN|LOGIN > *", "LOGIN >"));
  CHECK_FALSE(fits("PLAIN|LOGIN > *", "PLAIN+ > STAT"));
  CHECK(fits("> RETR|DELE* QUIT", "> RETR DELE RETR DELE QUIT"));
  CHECK(fits("> RETR|DELE* QUIT", "> QUIT"));
  CHECK_FALSE(fits("> RETR|DELE* QUIT", "> RETR TOP QUIT"));
  CHECK(fits("*", ""));
  CHECK(fits("* QUIT", "USER QUIT PASS QUIT"));
  CHECK_FALSE(fits("* QUIT", "USER QUIT PASS"));
  CHECK(fits("CAPA? STLS? CAPA? USER? PASS?", ""));
  CHECK(fits("  USER   PASS ", "USER PASS"));
}

TEST_CASE("many stars cost no more than few", "[habits]") {
  CHECK_FALSE(fits("* * * * * * * * * * * * * * * * * * * * * * * * * * * * * * LAST",
                   "RETR DELE RETR DELE RETR DELE RETR DELE RETR DELE RETR DELE RETR DELE RETR"));
}

TEST_CASE("what is no pattern is refused with the word that is wrong", "[habits]") {
  CHECK(fault_of("USER PAS") == "PAS");
  CHECK(fault_of("USER|") == "USER|");
  CHECK(fault_of("?") == "?");
  CHECK(fault_of("USER??") == "USER??");
  CHECK(fault_of("user") == "user");
  CHECK(fault_of("").empty());
  CHECK(fault_of("   ").empty());
  std::string long_one;
  for (std::size_t i = 0; i < DialoguePattern::kMostItems; ++i) long_one += "RETR DELE ";
  CHECK(fault_of(long_one) == "RETR");
}

}  // namespace postern::policy
