// SPDX-License-Identifier: Apache-2.0
// What a server says first, before anybody has said anything to it (RFC 1939 section 4).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::upstream {

class Greeting {
 public:
  enum class Kind : std::uint8_t {
    kNone,     // no line yet
    kGood,     // one line of "+OK"
    kRefusal,  // one line of "-ERR": it does not serve now
    kGarbled,  // no POP3, or more than one line
  };

  /// Takes what has come, and tells what all of it is so far.
  Kind hear(std::string_view bytes);

  /// All that was heard, as it came.
  const std::string& text() const noexcept { return text_; }

  /// The next connection has said nothing.
  void forget() noexcept { text_.clear(); }

 private:
  std::string text_;  // of bounded length: too much of it is garbled
};

}  // namespace postern::upstream
