// SPDX-License-Identifier: Apache-2.0
// Takes a fuzzer's bytes apart: small numbers from the end, text from the front, so that a
// dictionary's words stay together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace postern::fuzz {

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) noexcept
      : bytes_(reinterpret_cast<const char*>(data), size) {}

  bool empty() const noexcept { return bytes_.empty(); }

  /// A number below `bound`; 0 when nothing is left.
  std::size_t below(std::size_t bound) noexcept {
    if (bytes_.empty() || bound < 2) return 0;
    std::size_t value = take_back();
    if (bound > 256 && !bytes_.empty()) value = value << 8 | take_back();
    return value % bound;
  }

  /// All that is left.
  std::string_view rest() const noexcept { return bytes_; }

 private:
  std::size_t take_back() noexcept {
    const auto byte = static_cast<std::uint8_t>(bytes_.back());
    bytes_.remove_suffix(1);
    return byte;
  }

  std::string_view bytes_;
};

}  // namespace postern::fuzz
