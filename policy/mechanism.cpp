// SPDX-License-Identifier: Apache-2.0
#include "policy/mechanism.hpp"

#include "policy/word.hpp"

namespace postern::policy {
namespace {

struct Trait {
  std::string_view name;
  bool shows_password;
  bool is_passed_through;
};

// In the order of the enumeration.
constexpr std::array<Trait, kMechanismCount> kTraits = {{
    {"USER", true, false},
    {"PLAIN", true, false},
    {"LOGIN", true, false},
    {"APOP", false, true},
    {"CRAM-MD5", false, true},
    {"SCRAM-SHA-1", false, true},
    {"SCRAM-SHA-256", false, true},
    {"SCRAM-SHA-512", false, true},
    {"NTLM", false, true},
    {"GSSAPI", false, true},
    {"XOAUTH2", true, true},
    {"OAUTHBEARER", true, true},
    {"EXTERNAL", false, true},
}};
static_assert(!kTraits.back().name.empty(), "every mechanism has its traits");

const Trait& trait_of(Mechanism mechanism) noexcept {
  return kTraits[static_cast<std::size_t>(mechanism)];
}

}  // namespace

std::string_view name_of(Mechanism mechanism) noexcept { return trait_of(mechanism).name; }

std::optional<Mechanism> mechanism_from(std::string_view word) noexcept {
  for (const Mechanism mechanism : all_mechanisms()) {
    if (same_word(word, name_of(mechanism))) return mechanism;
  }
  return std::nullopt;
}

std::optional<Mechanism> sasl_mechanism_from(std::string_view word) noexcept {
  const auto mechanism = mechanism_from(word);
  return mechanism && is_sasl(*mechanism) ? mechanism : std::nullopt;
}

bool shows_password(Mechanism mechanism) noexcept { return trait_of(mechanism).shows_password; }

bool client_speaks_first(Mechanism mechanism) noexcept {
  switch (mechanism) {
    case Mechanism::kScramSha1:
    case Mechanism::kScramSha256:
    case Mechanism::kScramSha512:
    case Mechanism::kXoauth2:
    case Mechanism::kOauthBearer:
    case Mechanism::kExternal:
      return true;
    case Mechanism::kUser:
    case Mechanism::kPlain:
    case Mechanism::kLogin:
    case Mechanism::kApop:
    case Mechanism::kCramMd5:
    case Mechanism::kNtlm:
    case Mechanism::kGssapi:
      return false;
  }
  return false;
}

bool is_passed_through(Mechanism mechanism) noexcept {
  return trait_of(mechanism).is_passed_through;
}

}  // namespace postern::policy
