#include "policy/mechanism.hpp"

#include <array>

#include "policy/word.hpp"

namespace postern::policy {
namespace {

constexpr std::array<std::string_view, 3> kNames = {"USER", "PLAIN", "LOGIN"};
static_assert(kNames.size() == static_cast<std::size_t>(Mechanism::kLogin) + 1);

}  // namespace

std::string_view name_of(Mechanism mechanism) noexcept {
  return kNames[static_cast<std::size_t>(mechanism)];
}

std::optional<Mechanism> sasl_mechanism_from(std::string_view word) noexcept {
  for (const Mechanism mechanism : {Mechanism::kPlain, Mechanism::kLogin}) {
    if (same_word(word, name_of(mechanism))) return mechanism;
  }
  return std::nullopt;
}

bool shows_password(Mechanism mechanism) noexcept {
  switch (mechanism) {
    case Mechanism::kUser:
    case Mechanism::kPlain:
    case Mechanism::kLogin:
      return true;
  }
  return true;
}

}  // namespace postern::policy
