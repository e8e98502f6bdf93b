// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/login_replies.hpp"

#include "proxy/pop3/reply_line.hpp"

namespace postern::pop3 {

// A server that ends its greeting with LF alone ends all its lines so.
LoginReplies::Found LoginReplies::next(std::string_view& bytes, std::size_t bound, Line& line) {
  if (!lines_.next(bytes, bound, line)) {
    return lines_.swallowed() > kEndlessLine ? Found::kEndless : Found::kNothing;
  }
  const bool bare = line.form == LineForm::kBareLf;
  using policy::LineEnds;
  if (line_ends_ == LineEnds::kAuto) line_ends_ = bare ? LineEnds::kLf : LineEnds::kCrLf;
  if (bare && line_ends_ == LineEnds::kLf) line.form = LineForm::kGood;
  return Found::kLine;
}

}  // namespace postern::pop3
