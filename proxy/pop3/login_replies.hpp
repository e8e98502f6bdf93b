// SPDX-License-Identifier: Apache-2.0
// A backend's lines from its greeting until it has decided on a login. They tell how it ends its
// lines, which is never learned from a body, whose bytes are a stranger's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "proxy/pop3/backend_terms.hpp"
#include "proxy/pop3/line_splitter.hpp"

namespace postern::pop3 {

class LoginReplies {
 public:
  /// `line_ends` as they were configured.
  explicit LoginReplies(policy::LineEnds line_ends) noexcept : line_ends_(line_ends) {}

  enum class Found : std::uint8_t {
    kNothing,  // no whole line; all bytes were taken
    kLine,
    kEndless,  // nobody's line
  };
  /// Takes one line from the front of `bytes`; `bound` counts its CRLF. Valid until the next call.
  Found next(std::string_view& bytes, std::size_t bound, Line& line);

  /// kAuto as long as it has not greeted.
  policy::LineEnds line_ends() const noexcept { return line_ends_; }

 private:
  policy::LineEnds line_ends_;
  LineSplitter lines_{LongLine::kAtItsEnd};
};

}  // namespace postern::pop3
