// SPDX-License-Identifier: Apache-2.0
#include "wire/mailbox.hpp"

#include <algorithm>
#include <numeric>

namespace postern::bench {
namespace {

constexpr std::string_view kEnd = ".\r\n";
constexpr std::size_t kLine = 78;          // with its CRLF, as mail programs fold lines
constexpr std::size_t kStuffedEvery = 50;  // every so many lines one begins with a dot

std::string line_of(std::size_t number, std::size_t size) {
  std::string line = number % kStuffedEvery == 0 ? ".." : "";
  for (std::size_t i = line.size(); i + 2 < size; ++i) {
    line += static_cast<char>('a' + (number * 7 + i * 3) % 26);
  }
  return line + "\r\n";
}

std::string text_of(std::size_t size) {
  std::string text;
  text.reserve(size);
  for (std::size_t number = 1; text.size() < size; ++number) {
    const std::size_t left = size - text.size();
    // No line may be left that is too short for its own end.
    text += line_of(number, left < 2 * kLine ? left : kLine);
  }
  return text;
}

}  // namespace

Mailbox::Mailbox()
    : totals_(std::to_string(kMessages) + " " +
              std::to_string(std::accumulate(kSizes.begin(), kSizes.end(), std::size_t{0}))) {
  for (std::size_t i = 0; i < kMessages; ++i) blocks_[i] = text_of(std::min(kSizes[i], kMiB));
}

std::string_view Mailbox::at(std::size_t message, std::size_t offset) const noexcept {
  const std::size_t size = size_of(message);
  if (offset >= size) {
    return kEnd.substr(std::min(offset - size, kEnd.size()));
  }
  const std::string_view block = blocks_[message - 1];
  return block.substr(offset % block.size());
}

}  // namespace postern::bench
