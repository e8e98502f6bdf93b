// SPDX-License-Identifier: Apache-2.0
// Where commands are counted: by verb, and by what was answered. The numbers are somebody else's;
// one thread changes them, and others may read.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "proxy/pop3/command.hpp"

namespace postern::pop3 {

enum class CommandResult : std::uint8_t {
  kOk,
  kError,    // by the backend
  kRefused,  // here
};

inline constexpr std::size_t kCommandResultCount =
    static_cast<std::size_t>(CommandResult::kRefused) + 1;

class CommandTally {
 public:
  using Number = std::atomic<std::uint64_t>;

  /// Nothing is counted for this verb and result before its number is given, which outlives this.
  void give(Verb verb, CommandResult result, Number& number) noexcept {
    at(verb, result) = &number;
  }

  void count(Verb verb, CommandResult result) const noexcept {
    Number* const number =
        numbers_[static_cast<std::size_t>(verb)][static_cast<std::size_t>(result)];
    if (number == nullptr) return;
    number->store(number->load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

 private:
  Number*& at(Verb verb, CommandResult result) noexcept {
    return numbers_[static_cast<std::size_t>(verb)][static_cast<std::size_t>(result)];
  }

  std::array<std::array<Number*, kCommandResultCount>, kVerbCount> numbers_{};
};

}  // namespace postern::pop3
