// Cuts a stream of bytes into lines that end with CRLF, and with nothing else. Lines are views of
// the bytes that were fed; only a line that is split over reads is kept, and never more than the
// bound. The outcome does not depend on how the bytes were split.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace postern::pop3 {

enum class LineForm {
  kGood,
  kBareLf,     // ended by a LF alone, or followed such a line: possible smuggling, never run
  kMalformed,  // has a NUL or a CR inside
  kTooLong,    // reported once, as soon as it is known; the rest of the line is swallowed
};

/// `text` is without its line end, or the beginning of a line that is too long. Valid until the
/// splitter's next call.
struct Line {
  LineForm form = LineForm::kGood;
  std::string_view text;
};

class LineSplitter {
 public:
  LineSplitter() = default;
  ~LineSplitter();
  LineSplitter(const LineSplitter&) = delete;
  LineSplitter& operator=(const LineSplitter&) = delete;

  /// Takes one line from the front of `bytes`, which shrinks by what was used. Returns whether
  /// there was a whole line; if not, all of `bytes` was taken. `bound` counts the line with its
  /// CRLF.
  bool next(std::string_view& bytes, std::size_t bound, Line& line);

  /// The line so far, when one was begun and not ended.
  std::string_view partial() const noexcept {
    return delivered_ ? std::string_view() : std::string_view(carry_);
  }

  /// Whether no line has been begun.
  bool empty() const noexcept { return (carry_.empty() || delivered_) && !swallowing_; }

  /// How much of the line that was too long has been thrown away since it was reported.
  std::size_t swallowed() const noexcept { return swallowing_ ? swallowed_ : 0; }

 private:
  void drop_carry() noexcept;
  void begin_swallowing(std::string_view rest, Line& line);
  bool swallow(std::string_view& bytes);
  Line classify(std::string_view raw);

  std::size_t swallowed_ = 0;
  std::string carry_;        // begun and not yet ended; may hold a password, so it is wiped
  bool delivered_ = false;   // carry_ is the line that was returned last
  bool swallowing_ = false;  // inside the rest of a line that was too long
  bool tainted_ = false;     // the line before was ended by a bare LF
};

}  // namespace postern::pop3
