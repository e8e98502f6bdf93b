// SPDX-License-Identifier: Apache-2.0
#include "policy/level.hpp"

#include <array>

#include "policy/word.hpp"

namespace postern::policy {
namespace {

struct Name {
  Level level;
  std::string_view ours;
  std::string_view exchange;
};

constexpr std::array kNames = {
    Name{Level::kTlsRequired, "tls-required", "SecureLogin"},
    Name{Level::kTlsForPlaintext, "tls-for-plaintext", "PlainTextAuthentication"},
    Name{Level::kPlaintextAllowed, "plaintext-allowed", "PlainTextLogin"},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (static_cast<std::size_t>(kNames[i].level) != i) return false;
  }
  return kNames.size() == static_cast<std::size_t>(Level::kPlaintextAllowed) + 1;
}
static_assert(in_order());

}  // namespace

std::string_view name_of(Level level) noexcept {
  return kNames[static_cast<std::size_t>(level)].ours;
}

std::string_view exchange_name_of(Level level) noexcept {
  return kNames[static_cast<std::size_t>(level)].exchange;
}

std::optional<Level> level_from(std::string_view word) noexcept {
  for (const Name& name : kNames) {
    if (word == name.ours || same_word(word, name.exchange)) return name.level;
  }
  return std::nullopt;
}

}  // namespace postern::policy
