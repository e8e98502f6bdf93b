// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/line_splitter.hpp"

#include <algorithm>
#include <utility>

#include "proxy/pop3/secret.hpp"

namespace postern::pop3 {

LineSplitter::~LineSplitter() { drop_carry(); }

void LineSplitter::drop_carry() noexcept {
  delivered_ = false;
  wipe(carry_);
  // An idle session keeps no buffer.
  carry_.shrink_to_fit();
}

// A line that is longer than most is given all the room it may have at once: growing step by step
// it would lie in memory twice, and may be large.
void LineSplitter::keep(std::string_view piece, std::size_t bound) {
  constexpr std::size_t kLongForMost = 4096;
  const std::size_t size = carry_.size() + piece.size();
  if (size > carry_.capacity()) {
    const std::size_t step = size <= kLongForMost ? std::max(size, 2 * carry_.capacity()) : bound;
    reserve_wiping(carry_, std::max(size, std::min(step, bound)));
  }
  carry_.append(piece);
}

bool LineSplitter::next(std::string_view& bytes, std::size_t bound, Line& line) {
  if (delivered_) drop_carry();
  if (swallowing_) {
    if (!swallow(bytes)) return false;
    if (long_line_ == LongLine::kAtItsEnd) return deliver_long(line);
  }
  const std::size_t room = bound > carry_.size() ? bound - carry_.size() : 0;
  const std::size_t feed = bytes.substr(0, room).find('\n');
  if (feed == std::string_view::npos && bytes.size() >= room) return overflow(bytes, room, line);

  const std::string_view piece = bytes.substr(0, feed == std::string_view::npos ? feed : feed + 1);
  bytes.remove_prefix(piece.size());
  if (feed == std::string_view::npos) {
    keep(piece, bound);
    return false;
  }
  if (carry_.empty()) {
    line = classify(piece);
  } else {
    keep(piece, bound);
    delivered_ = true;
    line = classify(carry_);
  }
  return true;
}

// The line is too long, whatever comes next: its first `bound` bytes are its beginning.
bool LineSplitter::overflow(std::string_view& bytes, std::size_t room, Line& line) {
  const std::string_view rest = bytes.substr(0, room);
  bytes.remove_prefix(rest.size());
  swallowing_ = true;
  swallowed_ = 0;
  last_ = rest.empty() ? '\0' : rest.back();
  if (long_line_ == LongLine::kAtOnce && carry_.empty()) {
    line = {LineForm::kTooLong, rest};
    return true;
  }
  keep(rest, carry_.size() + rest.size());
  if (long_line_ == LongLine::kAtOnce) return deliver_long(line);
  return swallow(bytes) && deliver_long(line);
}

// The tail of a line that is too long is thrown away up to a LF. If that was a bare one, what
// follows is still the tail for whoever ends lines with CRLF, which matters where that is told.
bool LineSplitter::swallow(std::string_view& bytes) {
  const std::size_t feed = bytes.find('\n');
  if (feed == std::string_view::npos) {
    swallowed_ += bytes.size();
    if (!bytes.empty()) last_ = bytes.back();
    bytes = {};
    return false;
  }
  tainted_ = (feed == 0 ? last_ : bytes[feed - 1]) != '\r';
  bytes.remove_prefix(feed + 1);
  swallowing_ = false;
  return true;
}

bool LineSplitter::deliver_long(Line& line) noexcept {
  delivered_ = true;
  line = {LineForm::kTooLong, carry_};
  return true;
}

Line LineSplitter::classify(std::string_view raw) {
  raw.remove_suffix(1);
  const bool crlf = raw.ends_with('\r');
  if (crlf) raw.remove_suffix(1);
  const bool after_bare_lf = std::exchange(tainted_, !crlf);
  if (bare_lf_ == BareLf::kTold && (!crlf || after_bare_lf)) return {LineForm::kBareLf, raw};
  // Two searches, which have vectors; one for either byte would be a call for each byte.
  const bool broken = raw.contains('\0') || raw.contains('\r');
  return {broken ? LineForm::kMalformed : LineForm::kGood, raw};
}

}  // namespace postern::pop3
