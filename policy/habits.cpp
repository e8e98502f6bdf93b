// SPDX-License-Identifier: Apache-2.0
#include "policy/habits.hpp"

#include <algorithm>

namespace postern::policy {
namespace {

constexpr std::array<std::string_view, kSteps> kWords = {
    "CAPA",   "STLS", "USER", "PASS", "APOP", "AUTH", "PLAIN", "PLAIN+", "LOGIN",
    "LOGIN+", "SASL", ">",    "&",    "QUIT", "NOOP", "STAT",  "LIST",   "LIST#",
    "RETR",   "DELE", "RSET", "TOP",  "TOP0", "UIDL", "UIDL#", "LAST",   "OTHER",
};
static_assert(kWords.back() == "OTHER", "every step has its word");

constexpr std::uint32_t kEveryStep = (1U << kSteps) - 1;

constexpr std::uint32_t bit_of(Step step) noexcept { return 1U << static_cast<unsigned>(step); }

// Takes one word off the front; empty at the end.
std::string_view take_word(std::string_view& text) noexcept {
  const std::size_t begin = std::min(text.find_first_not_of(' '), text.size());
  text.remove_prefix(begin);
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return word;
}

}  // namespace

std::string_view word_for(Step step) noexcept { return kWords[static_cast<std::size_t>(step)]; }

std::optional<Step> step_from(std::string_view word) noexcept {
  const auto* const found = std::ranges::find(kWords, word);
  if (found == kWords.end()) return std::nullopt;
  return static_cast<Step>(found - kWords.begin());
}

std::string text_of(const Habits& habits) {
  std::string text;
  for (const Step step : habits.steps()) {
    if (!text.empty()) text += ' ';
    text += word_for(step);
  }
  if (habits.full()) text += " …";
  return text;
}

std::optional<DialoguePattern::Item> DialoguePattern::item_from(std::string_view word) noexcept {
  if (word == "*") return Item{.steps = kEveryStep, .times = Times::kAny};
  Item item;
  if (word.ends_with('?')) item.times = Times::kPerhaps;
  if (word.ends_with('*')) item.times = Times::kAny;
  if (item.times != Times::kOnce) word.remove_suffix(1);
  while (true) {
    const std::size_t bar = word.find('|');
    const auto step = step_from(word.substr(0, bar));
    if (!step) return std::nullopt;
    item.steps |= bit_of(*step);
    if (bar == std::string_view::npos) return item;
    word.remove_prefix(bar + 1);
  }
}

std::optional<DialoguePattern> DialoguePattern::parse(std::string_view text, std::string& fault) {
  DialoguePattern pattern;
  while (true) {
    const std::string_view word = take_word(text);
    if (word.empty()) break;
    const auto item = item_from(word);
    if (!item || pattern.count_ == kMostItems) {
      fault = word;
      return std::nullopt;
    }
    pattern.items_[pattern.count_++] = *item;
  }
  if (pattern.count_ == 0) return std::nullopt;
  return pattern;
}

// Places are bits: that of an item, and one behind the last. What may be missing is passed over.
std::uint64_t DialoguePattern::skip(std::uint64_t places) const noexcept {
  for (std::size_t i = 0; i < count_; ++i) {
    const bool here = (places >> i & 1U) != 0;
    if (here && items_[i].times != Times::kOnce) places |= std::uint64_t{1} << (i + 1);
  }
  return places;
}

bool DialoguePattern::matches(const Habits& habits) const noexcept {
  std::uint64_t places = skip(1);
  for (const Step step : habits.steps()) {
    std::uint64_t next = 0;
    for (std::size_t i = 0; i < count_; ++i) {
      const bool fits = (places >> i & 1U) != 0 && (items_[i].steps & bit_of(step)) != 0;
      if (!fits) continue;
      next |= std::uint64_t{1} << (items_[i].times == Times::kAny ? i : i + 1);
    }
    if (next == 0) return false;
    places = skip(next);
  }
  return (places >> count_ & 1U) != 0;
}

}  // namespace postern::policy
