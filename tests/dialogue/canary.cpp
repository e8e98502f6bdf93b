// SPDX-License-Identifier: Apache-2.0
#include "tests/dialogue/canary.hpp"

#include <algorithm>

#include "policy/word.hpp"
#include "proxy/pop3/base64.hpp"

namespace postern::session_test {
namespace {

std::string base64(std::string_view bytes) {
  return std::string(pop3::encode_base64(bytes).reveal());
}

// The characters that depend on the secret alone when `offset` other bytes stand before it.
std::string inside_base64(std::string_view secret, std::size_t offset) {
  const std::string text = base64(std::string(offset, '\0').append(secret));
  const std::size_t begin = offset == 0 ? 0 : offset + 1;
  const std::size_t end = (offset + secret.size()) * 8 / 6;
  return text.substr(begin, end - begin);
}

}  // namespace

Canary::Canary(std::string_view secret) : forms_{std::string(secret)} {
  for (std::size_t offset = 0; offset < 3; ++offset) {
    forms_.push_back(inside_base64(secret, offset));
  }
}

bool Canary::shown_in(std::string_view bytes) const noexcept {
  return std::ranges::any_of(
      forms_, [&](std::string_view form) { return bytes.find(form) != std::string_view::npos; });
}

std::optional<policy::Mechanism> login_completed_by(std::string_view line,
                                                    std::string_view secret) {
  const std::string_view last = line.substr(line.rfind(' ') + 1);
  const std::string_view verb = line.substr(0, line.size() - last.size());
  if (last == secret && policy::same_word(verb, "PASS ")) return policy::Mechanism::kUser;
  if (!verb.empty() && !policy::same_word(verb.substr(0, 5), "AUTH ")) return std::nullopt;
  if (last == base64(secret)) return policy::Mechanism::kLogin;
  using std::string_literals::operator""s;
  for (const std::string& before : {"\0alice\0"s, "\0bob\0"s}) {
    if (last == base64(before + std::string(secret))) return policy::Mechanism::kPlain;
  }
  return std::nullopt;
}

}  // namespace postern::session_test
