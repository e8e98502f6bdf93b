#include "policy/wrong_passwords.hpp"

#include <catch2/catch.hpp>

namespace postern::policy {

using State = WrongPasswords::State;

TEST_CASE("the last four passwords are remembered, each with how it went") {
  WrongPasswords passwords;
  CHECK(passwords.empty());
  for (std::uint64_t digest = 0; digest < 4; ++digest) passwords.set(digest + 2, State::kTried);
  passwords.set(3, State::kWrong);
  CHECK(passwords.state_of(2) == State::kTried);
  CHECK(passwords.state_of(3) == State::kWrong);
  CHECK(passwords.state_of(9) == State::kUnknown);
  CHECK_FALSE(passwords.empty());

  passwords.set(9, State::kTried);
  CHECK(passwords.state_of(2) == State::kUnknown);
  CHECK(passwords.state_of(3) == State::kWrong);
  passwords.set(10, State::kTried);
  passwords.set(11, State::kTried);
  // It was set again after the others, so it stayed longest.
  CHECK(passwords.state_of(3) == State::kWrong);
  passwords.set(12, State::kTried);
  CHECK(passwords.state_of(3) == State::kUnknown);
}

TEST_CASE("what is forgotten makes room") {
  WrongPasswords passwords;
  passwords.set(1, State::kWrong);
  passwords.set(2, State::kWrong);
  passwords.set(3, State::kTried);
  passwords.forget(2);
  passwords.forget(7);
  CHECK(passwords.state_of(1) == State::kWrong);
  CHECK(passwords.state_of(2) == State::kUnknown);
  CHECK(passwords.state_of(3) == State::kTried);
  for (int i = 0; i < 100; ++i) {
    passwords.set(8, State::kTried);
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
  passwords.set(0, State::kWrong);
  CHECK(passwords.state_of(0) == State::kWrong);
  CHECK_FALSE(passwords.empty());
  passwords.forget(0);
  CHECK(passwords.empty());
}

}  // namespace postern::policy
