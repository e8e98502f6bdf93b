// SPDX-License-Identifier: Apache-2.0
// How a mail program speaks: its first commands, in their order, by kind and without anything of
// what they say. A small value, noted command by command without allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace postern::policy {

enum class Step : std::uint8_t {
  kCapa,
  kStls,
  kUser,
  kPass,
  kApop,
  kAuth,         // without a mechanism: what is there?
  kPlain,        // AUTH PLAIN that waits to be asked
  kPlainAtOnce,  // with its response in the same line
  kLogin,        // AUTH LOGIN
  kLoginAtOnce,
  kSasl,      // AUTH with any other mechanism
  kLoggedIn,  // the backend has accepted
  kTogether,  // before the login: the next command came along with the one before
  kQuit,
  kNoop,
  kStat,
  kList,
  kListOne,  // of one message
  kRetr,
  kDele,
  kRset,
  kTop,
  kTopHeader,  // no line of the body
  kUidl,
  kUidlOne,
  kLast,
  kOther,  // anything else
};

inline constexpr std::size_t kSteps = static_cast<std::size_t>(Step::kOther) + 1;

/// As a log and a table write it: "CAPA", "PLAIN+", "LIST#", ">" for the login.
std::string_view word_for(Step step) noexcept;
std::optional<Step> step_from(std::string_view word) noexcept;

class Habits {
 public:
  static constexpr std::size_t kMost = 16;

  /// The same again counts once; what comes after kMost steps is not kept.
  void note(Step step) noexcept {
    if (full() || (count_ > 0 && steps_[count_ - 1] == step)) return;
    steps_[count_++] = step;
  }
  bool full() const noexcept { return count_ == kMost; }

  std::span<const Step> steps() const noexcept { return std::span(steps_).first(count_); }

  bool operator==(const Habits&) const = default;

 private:
  std::array<Step, kMost> steps_{};
  std::uint8_t count_ = 0;
};

/// The steps' words with a blank between them; "…" behind the last that there was room for.
std::string text_of(const Habits& habits);

/// What a dialogue is to look like: words of steps, in their order. "A|B" is either, "A?" may be
/// missing, "A|B*" is any number of them, "*" any number of any.
class DialoguePattern {
 public:
  static constexpr std::size_t kMostItems = 40;

  /// Nothing, and the word that was not understood in `fault`, for what is no pattern.
  static std::optional<DialoguePattern> parse(std::string_view text, std::string& fault);

  /// Whether the whole of it is like that.
  bool matches(const Habits& habits) const noexcept;

  bool operator==(const DialoguePattern&) const = default;

 private:
  enum class Times : std::uint8_t { kOnce, kPerhaps, kAny };
  struct Item {
    std::uint32_t steps = 0;  // a bit each
    Times times = Times::kOnce;
    bool operator==(const Item&) const = default;
  };

  static std::optional<Item> item_from(std::string_view word) noexcept;
  std::uint64_t skip(std::uint64_t places) const noexcept;

  std::array<Item, kMostItems> items_{};
  std::uint8_t count_ = 0;
};

}  // namespace postern::policy
