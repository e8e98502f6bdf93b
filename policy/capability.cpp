// SPDX-License-Identifier: Apache-2.0
#include "policy/capability.hpp"

#include <array>

#include "policy/word.hpp"

namespace postern::policy {
namespace {

constexpr std::array<std::string_view, kCapabilityCount> kCapabilityNames = {
    "TOP",        "UIDL", "USER",   "SASL",        "RESP-CODES", "AUTH-RESP-CODE",
    "PIPELINING", "STLS", "EXPIRE", "LOGIN-DELAY", "LANG",       "UTF8",
};
static_assert(kCapabilityNames.back() == "UTF8", "every capability has its name");

}  // namespace

std::string_view name_of(Capability capability) noexcept {
  return kCapabilityNames[static_cast<std::size_t>(capability)];
}

std::optional<Capability> capability_from(std::string_view word) noexcept {
  for (std::size_t i = 0; i < kCapabilityNames.size(); ++i) {
    if (same_word(word, kCapabilityNames[i])) return static_cast<Capability>(i);
  }
  return std::nullopt;
}

}  // namespace postern::policy
