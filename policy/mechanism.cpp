#include "policy/mechanism.hpp"

#include "policy/word.hpp"

namespace postern::policy {
namespace {

constexpr std::array<std::string_view, kMechanismCount> kNames = {
    "USER",          "PLAIN",         "LOGIN", "APOP",   "CRAM-MD5", "SCRAM-SHA-1",
    "SCRAM-SHA-256", "SCRAM-SHA-512", "NTLM",  "GSSAPI", "XOAUTH2",  "OAUTHBEARER",
};
static_assert(!kNames.back().empty(), "every mechanism has its name");

}  // namespace

std::string_view name_of(Mechanism mechanism) noexcept {
  return kNames[static_cast<std::size_t>(mechanism)];
}

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

bool shows_password(Mechanism mechanism) noexcept {
  switch (mechanism) {
    case Mechanism::kUser:
    case Mechanism::kPlain:
    case Mechanism::kLogin:
    case Mechanism::kXoauth2:
    case Mechanism::kOauthBearer:
      return true;
    case Mechanism::kApop:
    case Mechanism::kCramMd5:
    case Mechanism::kScramSha1:
    case Mechanism::kScramSha256:
    case Mechanism::kScramSha512:
    case Mechanism::kNtlm:
    case Mechanism::kGssapi:
      return false;
  }
  return true;
}

bool is_passed_through(Mechanism mechanism) noexcept {
  switch (mechanism) {
    case Mechanism::kUser:
    case Mechanism::kPlain:
    case Mechanism::kLogin:
      return false;
    case Mechanism::kApop:
    case Mechanism::kCramMd5:
    case Mechanism::kScramSha1:
    case Mechanism::kScramSha256:
    case Mechanism::kScramSha512:
    case Mechanism::kNtlm:
    case Mechanism::kGssapi:
    case Mechanism::kXoauth2:
    case Mechanism::kOauthBearer:
      return true;
  }
  return true;
}

}  // namespace postern::policy
