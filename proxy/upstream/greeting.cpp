// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/greeting.hpp"

#include "proxy/pop3/reply_line.hpp"

namespace postern::upstream {

Greeting::Kind Greeting::hear(std::string_view bytes) {
  const std::size_t known = text_.size();
  text_ += bytes;
  const std::size_t end = text_.find('\n', known);
  if (end == std::string::npos) {
    return text_.size() > pop3::kEndlessLine ? Kind::kGarbled : Kind::kNone;
  }
  // What comes after it was said without being asked for.
  if (end + 1 != text_.size()) return Kind::kGarbled;
  std::string_view line = std::string_view(text_).substr(0, end);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (!pop3::is_status_line(line)) return Kind::kGarbled;
  return line.front() == '+' ? Kind::kGood : Kind::kRefusal;
}

}  // namespace postern::upstream
