// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/line_cutter.hpp"

#include <utility>

namespace postern::report {

std::optional<std::string_view> LineCutter::next(std::string_view& chunk) {
  while (!chunk.empty()) {
    const std::size_t end = chunk.find('\n');
    if (end == std::string_view::npos) {
      keep(std::exchange(chunk, {}));
      return std::nullopt;
    }
    const std::string_view piece = chunk.substr(0, end);
    chunk.remove_prefix(end + 1);
    if (const auto line = complete(piece)) return line;
  }
  return std::nullopt;
}

std::optional<std::string_view> LineCutter::rest() {
  if (partial_.empty() && !dropping_) return std::nullopt;
  return complete({});
}

// One byte more than a line may have is kept: it may be the CR of a line end.
void LineCutter::keep(std::string_view piece) {
  if (dropping_) return;
  dropping_ = partial_.size() + piece.size() > kMaxLine + 1;
  if (dropping_) {
    partial_.clear();
  } else {
    partial_ += piece;
  }
}

std::optional<std::string_view> LineCutter::complete(std::string_view piece) {
  std::string_view line = piece;
  if (!partial_.empty()) {
    keep(piece);
    line_ = std::exchange(partial_, {});
    line = line_;
  }
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (std::exchange(dropping_, false) || line.size() > kMaxLine) {
    ++too_long_;
    return std::nullopt;
  }
  return line;
}

}  // namespace postern::report
