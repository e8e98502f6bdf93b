#include "proxy/pop3/line_splitter.hpp"

#include <utility>

#include "proxy/pop3/secret.hpp"

namespace postern::pop3 {

LineSplitter::~LineSplitter() { drop_carry(); }

void LineSplitter::drop_carry() noexcept {
  wipe(carry_);
  // An idle session keeps no buffer.
  carry_.shrink_to_fit();
  delivered_ = false;
}

bool LineSplitter::next(std::string_view& bytes, std::size_t bound, Line& line) {
  if (delivered_) drop_carry();
  if (swallowing_ && !swallow(bytes)) return false;
  const std::size_t room = bound > carry_.size() ? bound - carry_.size() : 0;
  const std::size_t feed = bytes.substr(0, room).find('\n');
  if (feed == std::string_view::npos && bytes.size() >= room) {
    begin_swallowing(bytes.substr(0, room), line);
    return true;
  }
  const std::size_t taken = feed == std::string_view::npos ? bytes.size() : feed + 1;
  const std::string_view piece = bytes.substr(0, taken);
  bytes.remove_prefix(taken);
  if (feed == std::string_view::npos) {
    carry_.append(piece);
    return false;
  }
  if (carry_.empty()) {
    line = classify(piece);
  } else {
    carry_.append(piece);
    delivered_ = true;
    line = classify(carry_);
  }
  return true;
}

void LineSplitter::begin_swallowing(std::string_view rest, Line& line) {
  swallowing_ = true;
  swallowed_ = 0;
  line = {LineForm::kTooLong, rest};
  if (carry_.empty()) return;
  carry_.append(rest);
  delivered_ = true;
  line.text = carry_;
}

// The tail of a line that was too long is thrown away up to its end, whatever that end is.
bool LineSplitter::swallow(std::string_view& bytes) {
  const std::size_t feed = bytes.find('\n');
  if (feed == std::string_view::npos) {
    swallowed_ += bytes.size();
    bytes = {};
    return false;
  }
  bytes.remove_prefix(feed + 1);
  swallowing_ = false;
  return true;
}

Line LineSplitter::classify(std::string_view raw) {
  raw.remove_suffix(1);
  const bool crlf = !raw.empty() && raw.back() == '\r';
  if (crlf) raw.remove_suffix(1);
  const bool after_bare_lf = std::exchange(tainted_, !crlf);
  if (!crlf || after_bare_lf) return {LineForm::kBareLf, raw};
  if (raw.find_first_of(std::string_view("\0\r", 2)) != std::string_view::npos) {
    return {LineForm::kMalformed, raw};
  }
  return {LineForm::kGood, raw};
}

}  // namespace postern::pop3
