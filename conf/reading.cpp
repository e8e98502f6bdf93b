// SPDX-License-Identifier: Apache-2.0
#include "conf/reading.hpp"

#include <algorithm>
#include <tuple>

namespace postern::conf {

Lines::Lines(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines_.push_back(line);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (!lines_.empty() && lines_.front().starts_with(kByteOrderMark)) {
    lines_.front().remove_prefix(kByteOrderMark.size());
  }
}

std::string Lines::at(std::uint32_t line) const {
  constexpr std::size_t kMaxLineShown = 400;
  if (line == 0 || line > lines_.size()) return {};
  return std::string(lines_[line - 1].substr(0, kMaxLineShown));
}

void Report::add(Severity severity, Mark mark, std::string_view check, std::string text) {
  diagnostics_.push_back({.severity = severity,
                          .mark = mark,
                          .text = std::move(text),
                          .source_line = lines_.at(mark.line),
                          .check = std::string(check)});
}

Diagnostics Report::sorted() const {
  Diagnostics sorted = diagnostics_;
  std::ranges::stable_sort(
      sorted, {}, [](const Diagnostic& one) { return std::tuple(one.mark.line, one.mark.column); });
  return sorted;
}

Mark Reading::mark_of(std::string_view path) const noexcept {
  const auto found = places.find(path);
  return found == places.end() ? Mark{} : found->second;
}

}  // namespace postern::conf
