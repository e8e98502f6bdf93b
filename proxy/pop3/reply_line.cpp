// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/reply_line.hpp"

namespace postern::pop3 {
namespace {

bool starts_with_word(std::string_view line, std::string_view word) noexcept {
  return line.starts_with(word) && (line.size() == word.size() || line[word.size()] == ' ');
}

}  // namespace

bool is_status_line(std::string_view line) noexcept {
  return starts_with_word(line, "+OK") || starts_with_word(line, "-ERR");
}

bool is_prompt(std::string_view line) noexcept { return starts_with_word(line, "+"); }

}  // namespace postern::pop3
