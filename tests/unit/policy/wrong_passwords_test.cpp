// SPDX-License-Identifier: Apache-2.0
#include "policy/wrong_passwords.hpp"

#include <catch2/catch.hpp>

namespace postern::policy {

using State = WrongPasswords::State;

constexpr TimePoint kNow{std::chrono::hours(1000)};

TEST_CASE("the last four passwords are remembered, each with how it went") {
  WrongPasswords passwords;
  CHECK(passwords.empty());
  for (std::uint64_t digest = 0; digest < 4; ++digest) passwords.note_try(digest + 2);
  passwords.note_refusal(3, 0, kNow);
  CHECK(passwords.state_of(2) == State::kTried);
  CHECK(passwords.state_of(3) == State::kWrong);
  CHECK(passwords.state_of(9) == State::kUnknown);
  CHECK_FALSE(passwords.empty());

  passwords.note_try(9);
  CHECK(passwords.state_of(2) == State::kUnknown);
  CHECK(passwords.state_of(3) == State::kWrong);
  passwords.note_try(10);
  passwords.note_try(11);
  // It was set again after the others, so it stayed longest.
  CHECK(passwords.state_of(3) == State::kWrong);
  passwords.note_try(12);
  CHECK(passwords.state_of(3) == State::kUnknown);
}

TEST_CASE("what is forgotten makes room") {
  WrongPasswords passwords;
  passwords.note_refusal(1, 0, kNow);
  passwords.note_refusal(2, 0, kNow);
  passwords.note_try(3);
  passwords.forget(2);
  passwords.forget(7);
  CHECK(passwords.state_of(1) == State::kWrong);
  CHECK(passwords.state_of(2) == State::kUnknown);
  CHECK(passwords.state_of(3) == State::kTried);
  for (int i = 0; i < 100; ++i) {
    passwords.note_try(8);
    passwords.forget(8);
  }
  CHECK(passwords.state_of(1) == State::kWrong);
  passwords.forget(1);
  passwords.forget(3);
  CHECK(passwords.empty());
}

TEST_CASE("a digest of zero is one like others") {
  WrongPasswords passwords;
  CHECK(passwords.state_of(0) == State::kUnknown);
  passwords.note_refusal(0, 0, kNow);
  CHECK(passwords.state_of(0) == State::kWrong);
  CHECK_FALSE(passwords.empty());
  passwords.forget(0);
  CHECK(passwords.empty());
}

TEST_CASE("refusals are counted, and the last one is kept") {
  WrongPasswords passwords;
  CHECK(passwords.refusals_of(1).count == 0);
  passwords.note_try(1);
  CHECK(passwords.refusals_of(1).count == 0);
  passwords.note_refusal(1, 3, kNow);
  passwords.note_refusal(1, 4, kNow + std::chrono::minutes(1));
  passwords.note_try(2);
  passwords.note_try(1);
  CHECK(passwords.refusals_of(1).count == 2);
  CHECK(passwords.refusals_of(1).said == 4);
  CHECK(passwords.refusals_of(1).last == seconds_of(kNow) + 60);
  for (int i = 0; i < 1'000; ++i) passwords.note_refusal(1, 3, kNow);
  CHECK(passwords.refusals_of(1).count == 255);
}

}  // namespace postern::policy
