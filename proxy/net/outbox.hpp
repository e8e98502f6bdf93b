// SPDX-License-Identifier: Apache-2.0
// What the streams of a loop send in one turn, as far as it is little: it leaves at the turn's end,
// in a row. Each send wakes whoever waits for the bytes, on another processor; in a row, most of
// them find it awake, and its answers come in a row, too.
#pragma once

#include <uv.h>

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "proxy/net/handle.hpp"

namespace postern::net {

class Stream;

class Outbox {
 public:
  explicit Outbox(uv_loop_t& loop);
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  /// Takes bytes for a stream, which must flush() before it sends in another way, and before it
  /// dies. Returns false for more than a little; nothing was taken then.
  bool put(Stream& stream, std::string_view bytes);

  /// Sends all that was taken, of all streams. Calls no owner of a stream.
  void flush();

 private:
  struct Letter {
    Stream* to;
    std::size_t size;
  };

  Handle<uv_prepare_t> before_poll_;  // after the timers
  Handle<uv_check_t> behind_poll_;
  std::vector<Letter> letters_;
  std::size_t used_ = 0;
  std::array<char, 65'536> bytes_;  // of all letters, one after the other
};

}  // namespace postern::net
