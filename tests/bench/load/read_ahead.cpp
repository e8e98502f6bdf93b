// SPDX-License-Identifier: Apache-2.0
#include "load/read_ahead.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace postern::bench {
namespace {

std::array<char, 65'536> ahead;  // shared by all connections: there is one thread

}  // namespace

void ReadAhead::reset() {
  ended_ = false;
  shared_ = false;
  unread_ = {};
}

void ReadAhead::keep() {
  if (!std::exchange(shared_, false)) return;
  kept_ = unread_;
  unread_ = kept_;
}

// False when there is nothing now. A broken connection has ended, too.
bool ReadAhead::fill() {
  const ssize_t count = socket_.receive(ahead);
  if (count < 0 && errno == EAGAIN) return false;
  ended_ = count <= 0;
  shared_ = true;
  unread_ = {ahead.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
  return true;
}

int ReadAhead::read(std::span<char> into) {
  if (unread_.empty() && !fill()) return -1;
  const std::size_t count = std::min(into.size(), unread_.size());
  std::memcpy(into.data(), unread_.data(), count);
  unread_.remove_prefix(count);
  return static_cast<int>(count);
}

int ReadAhead::write(std::string_view bytes) { return static_cast<int>(socket_.send(bytes)); }

}  // namespace postern::bench
