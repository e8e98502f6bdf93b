// SPDX-License-Identifier: Apache-2.0
// The client's lines before its login. How long one may be depends on how it begins.
#pragma once

#include <string_view>

#include "policy/habits.hpp"
#include "proxy/pop3/conversation.hpp"
#include "proxy/pop3/line_splitter.hpp"

namespace postern::pop3 {

class ClientLines {
 public:
  /// The client's habits must outlive it.
  explicit ClientLines(policy::Habits& habits) noexcept : habits_(habits) {}

  /// Takes one line for the conversation from the front of `bytes`. Returns whether there was one;
  /// if not, all of them were taken. Valid until the next call.
  bool next(std::string_view& bytes, const Conversation& conversation, Line& line);

 private:
  policy::Habits& habits_;
  bool more_ = false;  // came together with the last line
  LineSplitter lines_{LongLine::kAtOnce, BareLf::kTaken};
};

}  // namespace postern::pop3
