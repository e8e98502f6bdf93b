// SPDX-License-Identifier: Apache-2.0
// Every transcript of this folder, replayed whole, byte by byte and in random splits; and every
// expectation of every transcript shown to be able to fail.
#include <catch2/catch.hpp>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/dialogue/player.hpp"

namespace postern::session_test {
namespace {

constexpr std::uint64_t kSeeds = 24;

const std::vector<Transcript>& transcripts() {
  static const auto loaded =
      load_transcripts(std::filesystem::path(POSTERN_SOURCE_DIR) / "tests/dialogue");
  return loaded;
}

std::string message_of(const std::optional<std::string>& mismatch) { return mismatch.value_or(""); }

// The same transcript with one expectation wrong.
Transcript with_wrong(const Transcript& transcript, std::size_t index) {
  Transcript wrong = transcript;
  wrong.steps[index].text.insert(0, "X");
  return wrong;
}

Transcript without(const Transcript& transcript, std::size_t index) {
  Transcript shorter = transcript;
  shorter.steps.erase(shorter.steps.begin() + static_cast<std::ptrdiff_t>(index));
  return shorter;
}

bool is_hidden(const Transcript& transcript, const Step& step) {
  return !transcript.deadlines && step.text.starts_with("deadline ");
}

}  // namespace

TEST_CASE("there are transcripts") { CHECK(transcripts().size() >= 200); }

TEST_CASE("each transcript holds as a whole") {
  for (const Transcript& transcript : transcripts()) {
    CHECK(message_of(play(transcript, {Cut::kWhole})) == "");
  }
}

TEST_CASE("each transcript holds byte by byte") {
  for (const Transcript& transcript : transcripts()) {
    CHECK(message_of(play(transcript, {Cut::kBytes})) == "");
  }
}

TEST_CASE("each transcript holds in random splits") {
  for (const Transcript& transcript : transcripts()) {
    std::string mismatch;
    for (std::uint64_t seed = 1; seed <= kSeeds && mismatch.empty(); ++seed) {
      mismatch = message_of(play(transcript, {Cut::kRandom, seed}));
    }
    CHECK(mismatch == "");
  }
}

TEST_CASE("each transcript holds when logins are admitted late") {
  for (const Transcript& transcript : transcripts()) {
    CHECK(message_of(play(transcript, {Cut::kWhole, 0, Admitting::kLate})) == "");
    CHECK(message_of(play(transcript, {Cut::kBytes, 0, Admitting::kLate})) == "");
  }
}

TEST_CASE("each expectation can fail") {
  for (const Transcript& transcript : transcripts()) {
    for (std::size_t i = 0; i < transcript.steps.size(); ++i) {
      const Step& step = transcript.steps[i];
      if (is_input(step.kind)) continue;
      INFO(transcript.name << " line " << step.line);
      CHECK_FALSE(is_hidden(transcript, step));
      CHECK(play(with_wrong(transcript, i), {}).has_value());
      if (step.kind != StepKind::kState) CHECK(play(without(transcript, i), {}).has_value());
    }
  }
}

}  // namespace postern::session_test
