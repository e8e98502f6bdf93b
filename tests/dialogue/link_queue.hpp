// SPDX-License-Identifier: Apache-2.0
// What one side has sent and the dialogue has not yet taken, cut into reads as the mode says. Ends
// of a connection wait in line like bytes do.
#pragma once

#include <deque>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <variant>

#include "tests/dialogue/player.hpp"

namespace postern::session_test {

class LinkQueue {
 public:
  using End = std::function<void()>;
  using Entry = std::variant<std::string, End>;

  void add(std::string_view bytes, Cut cut, std::mt19937_64& random);
  void add_pinned(std::string bytes) { entries_.emplace_back(std::move(bytes)); }
  void add_end(End end) { entries_.emplace_back(std::move(end)); }

  bool empty() const noexcept { return entries_.empty(); }
  Entry take();

 private:
  std::deque<Entry> entries_;
};

}  // namespace postern::session_test
