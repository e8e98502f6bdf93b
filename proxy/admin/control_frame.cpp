// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/control_frame.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace postern::admin {
namespace {

constexpr std::size_t kLength = 4;

void move_over(std::string_view& from, std::string& to, std::size_t whole) {
  const std::size_t count = std::min(from.size(), whole - to.size());
  to.append(from.substr(0, count));
  from.remove_prefix(count);
}

}  // namespace

std::string framed(std::string_view json) {
  const auto size = static_cast<std::uint32_t>(json.size());
  std::string frame;
  frame.reserve(kLength + json.size());
  for (int shift = 24; shift >= 0; shift -= 8) {
    frame.push_back(static_cast<char>(size >> shift & 0xFFU));
  }
  return frame.append(json);
}

FrameReader::State FrameReader::feed(std::string_view& bytes) {
  move_over(bytes, length_, kLength);
  if (length_.size() < kLength) return State::kMore;
  if (size() > most_) return State::kTooLong;
  move_over(bytes, body_, size());
  return body_.size() == size() ? State::kWhole : State::kMore;
}

std::string FrameReader::take() {
  length_.clear();
  return std::exchange(body_, {});
}

std::size_t FrameReader::size() const noexcept {
  std::size_t size = 0;
  for (const char byte : length_) size = size << 8 | static_cast<unsigned char>(byte);
  return size;
}

}  // namespace postern::admin
