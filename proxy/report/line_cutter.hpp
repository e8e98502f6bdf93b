// SPDX-License-Identifier: Apache-2.0
// Cuts what is read from a file into lines, with a bound: a file without line ends must not fill
// the memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postern::report {

class LineCutter {
 public:
  /// Bytes, the line end not counted.
  static constexpr std::size_t kMaxLine = std::size_t{64} * 1024;

  /// The next complete line, without its line end (LF or CRLF), taken off the front of `chunk`; the
  /// view holds until the next call and as long as the chunk's bytes do. Nothing when the chunk is
  /// used up; a line that it began is kept. Longer lines than kMaxLine are left out and counted.
  std::optional<std::string_view> next(std::string_view& chunk);

  /// At the end of a file: the last line, if it had no line end.
  std::optional<std::string_view> rest();

  std::uint64_t too_long() const noexcept { return too_long_; }

 private:
  void keep(std::string_view piece);
  std::optional<std::string_view> complete(std::string_view piece);

  std::string partial_;    // of the line that is being read
  std::string line_;       // what the last view points to, if it was put together
  bool dropping_ = false;  // the rest of a line that is too long
  std::uint64_t too_long_ = 0;
};

}  // namespace postern::report
