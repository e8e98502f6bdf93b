// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/sasl_name.hpp"

#include <utility>

#include "proxy/pop3/ascii.hpp"
#include "proxy/pop3/sasl.hpp"

namespace postern::pop3 {
namespace {

using policy::Mechanism;

std::string_view until(std::string_view text, char end) noexcept {
  return text.substr(0, text.find(end));
}

// What comes after the `count`th comma.
std::string_view after_commas(std::string_view text, int count) noexcept {
  for (; count > 0; --count) {
    const std::size_t comma = text.find(',');
    if (comma == std::string_view::npos) return {};
    text.remove_prefix(comma + 1);
  }
  return text;
}

std::string_view without(std::string_view text, std::string_view prefix) noexcept {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : std::string_view();
}

// RFC 5802 section 5.1: a comma and an equals sign are written as =2C and =3D.
std::string unescaped(std::string_view text) {
  std::string name;
  while (!text.empty()) {
    const bool comma = text.starts_with("=2C");
    const bool escaped = comma || text.starts_with("=3D");
    name += escaped ? (comma ? ',' : '=') : text.front();
    text.remove_prefix(escaped ? 3 : 1);
  }
  return name;
}

std::string raw_name_in(Mechanism mechanism, std::string_view message) {
  switch (mechanism) {
    case Mechanism::kCramMd5: {  // RFC 2195: name, blank, digest
      const std::size_t blank = message.rfind(' ');
      return std::string(blank == std::string_view::npos ? "" : message.substr(0, blank));
    }
    case Mechanism::kScramSha1:  // "n,,n=name,r=nonce"
    case Mechanism::kScramSha256:
    case Mechanism::kScramSha512:
      return unescaped(without(until(after_commas(message, 2), ','), "n="));
    case Mechanism::kXoauth2:  // "user=name^Aauth=Bearer token^A^A"
      return std::string(until(without(message, "user="), '\x01'));
    case Mechanism::kOauthBearer:  // RFC 7628: "n,a=name,^A…"
      return unescaped(without(until(after_commas(message, 1), ','), "a="));
    case Mechanism::kNtlm:
    case Mechanism::kGssapi:
    case Mechanism::kExternal:  // it stands in the certificate
    case Mechanism::kUser:
    case Mechanism::kPlain:
    case Mechanism::kLogin:
    case Mechanism::kApop:
      return {};
  }
  std::unreachable();
}

}  // namespace

std::string name_in(Mechanism mechanism, std::string_view message) {
  const std::string raw = raw_name_in(mechanism, message);
  const std::string_view name = without_blanks_around(raw);
  return is_speakable_user(name) ? std::string(name) : std::string();
}

}  // namespace postern::pop3
