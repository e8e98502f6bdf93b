// SPDX-License-Identifier: Apache-2.0
// Cuts a stream of bytes into lines that end with CRLF, or with LF alone where that is taken. Lines
// are views of the bytes that were fed; only a line that is split over reads is kept, and never
// more than the bound. The outcome does not depend on how the bytes were split.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace postern::pop3 {

enum class LineForm : std::uint8_t {
  kGood,
  kBareLf,     // ended by a LF alone, or followed such a line, where that is told
  kMalformed,  // has a NUL or a CR inside
  kTooLong,    // reported once; all of it but its beginning is thrown away
};

/// `text` is without its line end, or the beginning of a line that is too long. Valid until the
/// splitter's next call.
struct Line {
  LineForm form = LineForm::kGood;
  std::string_view text;
};

/// When a line that is too long is reported: to a client that may never end it, at once; for one
/// reply a command, when it has ended.
enum class LongLine : std::uint8_t { kAtOnce, kAtItsEnd };

/// What becomes of a line that ends with a LF alone. A client's is taken: it is written anew before
/// it goes on, so nobody can cut it differently. A backend's is told, since its replies may go on
/// as they are.
enum class BareLf : std::uint8_t { kTaken, kTold };

class LineSplitter {
 public:
  explicit LineSplitter(LongLine long_line = LongLine::kAtOnce,
                        BareLf bare_lf = BareLf::kTold) noexcept
      : long_line_(long_line), bare_lf_(bare_lf) {}
  ~LineSplitter();
  LineSplitter(const LineSplitter&) = delete;
  LineSplitter& operator=(const LineSplitter&) = delete;

  /// Takes one line from the front of `bytes`, which shrinks by what was used. Returns whether
  /// there was a line; if not, all of `bytes` was taken. `bound` counts the line with its CRLF.
  bool next(std::string_view& bytes, std::size_t bound, Line& line);

  /// The line so far, when one was begun and not ended.
  std::string_view partial() const noexcept {
    return delivered_ ? std::string_view() : std::string_view(carry_);
  }

  /// How much of a line that is too long and has not ended was thrown away.
  std::size_t swallowed() const noexcept { return swallowing_ ? swallowed_ : 0; }

 private:
  void drop_carry() noexcept;
  void keep(std::string_view piece, std::size_t bound);
  bool overflow(std::string_view& bytes, std::size_t room, Line& line);
  bool swallow(std::string_view& bytes);
  bool deliver_long(Line& line) noexcept;
  Line classify(std::string_view raw);

  const LongLine long_line_;
  const BareLf bare_lf_;
  std::size_t swallowed_ = 0;
  std::string carry_;        // begun and not yet ended; may hold a password, so it is wiped
  char last_ = '\0';         // the byte swallowed last
  bool delivered_ = false;   // carry_ is the line that was returned last
  bool swallowing_ = false;  // inside the rest of a line that is too long
  bool tainted_ = false;     // the line before was ended by a bare LF
};

}  // namespace postern::pop3
