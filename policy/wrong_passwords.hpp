// The last few passwords that one user was tried with from one place and that did not turn out
// right: what tells a broken phone, which repeats one, from somebody who guesses.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace postern::policy {

/// Passwords are keyed digests. A plain value; zero bytes are an empty one.
class WrongPasswords {
 public:
  static constexpr std::size_t kRemembered = 4;

  enum class State : std::uint8_t {
    kUnknown,
    kTried,  // the backend has not answered yet
    kWrong,
  };

  State state_of(std::uint64_t digest) const noexcept {
    const std::size_t i = index_of(digest);
    return i == kRemembered ? State::kUnknown : states_[i];
  }

  /// Makes it the latest one; when there are too many, the one not seen for longest is forgotten.
  void set(std::uint64_t digest, State state) noexcept {
    const std::size_t end = std::min(index_of(digest), kRemembered - 1);
    for (std::size_t i = end; i > 0; --i) put(i, digests_[i - 1], states_[i - 1]);
    put(0, clean(digest), state);
  }

  void forget(std::uint64_t digest) noexcept {
    const std::size_t begin = index_of(digest);
    if (begin == kRemembered) return;
    for (std::size_t i = begin; i + 1 < kRemembered; ++i) put(i, digests_[i + 1], states_[i + 1]);
    put(kRemembered - 1, kNone, State::kUnknown);
  }

  bool empty() const noexcept { return digests_.front() == kNone; }

 private:
  static constexpr std::uint64_t kNone = 0;

  static std::uint64_t clean(std::uint64_t digest) noexcept { return digest == kNone ? 1 : digest; }
  std::size_t index_of(std::uint64_t digest) const noexcept {
    return static_cast<std::size_t>(std::ranges::find(digests_, clean(digest)) - digests_.begin());
  }
  void put(std::size_t i, std::uint64_t digest, State state) noexcept {
    digests_[i] = digest;
    states_[i] = state;
  }

  std::array<std::uint64_t, kRemembered> digests_{};  // the latest first, without gaps
  std::array<State, kRemembered> states_{};
};

}  // namespace postern::policy
