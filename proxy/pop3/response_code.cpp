// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/response_code.hpp"

#include <array>

#include "policy/word.hpp"

namespace postern::pop3 {
namespace {

struct Entry {
  std::string_view code;
  std::string_view explanation;
};

constexpr std::array<Entry, 5> kCodes = {{
    {"IN-USE", "the mailbox is in use by another session"},
    {"LOGIN-DELAY", "too soon after the last login"},
    {"SYS/TEMP", "the mail server cannot serve this now, please wait and try again later"},
    {"SYS/PERM", "the mail server cannot serve this, ask its administrator"},
    {"AUTH", "login failed"},
}};

}  // namespace

std::string_view response_code_of(std::string_view reply) noexcept {
  constexpr std::string_view kBefore = "-ERR [";
  if (!reply.starts_with(kBefore)) return {};
  reply.remove_prefix(kBefore.size());
  const std::string_view found = reply.substr(0, reply.find(']'));
  if (found.size() == reply.size()) return {};
  for (const Entry& entry : kCodes) {
    if (policy::same_word(found, entry.code)) return entry.code;
  }
  return {};
}

std::string_view explanation_of(std::string_view code) noexcept {
  for (const Entry& entry : kCodes) {
    if (code == entry.code) return entry.explanation;
  }
  return {};
}

}  // namespace postern::pop3
