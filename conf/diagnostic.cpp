// SPDX-License-Identifier: Apache-2.0
#include "conf/diagnostic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace postern::conf {
namespace {

constexpr std::size_t kIndent = 4;

std::string_view name_of(Severity severity) noexcept {
  switch (severity) {
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  std::unreachable();
}

bool continues_character(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// A terminal must not be steered by what stands in a file.
std::string without_controls(std::string_view line) {
  std::string clean(line);
  for (char& c : clean) {
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F) c = '?';
  }
  return clean;
}

// Columns count characters, and a tab is as wide as the terminal makes it.
std::string blanks_up_to(std::string_view line, std::uint32_t column) {
  std::string blanks;
  std::uint32_t at = 1;
  for (const char c : line) {
    if (continues_character(c)) continue;
    if (at++ == column) break;
    blanks += c == '\t' ? '\t' : ' ';
  }
  for (; at < column; ++at) blanks += ' ';
  return blanks;
}

std::string place_of(const Diagnostic& diagnostic, const std::string& configuration) {
  const std::string& file = diagnostic.file.empty() ? configuration : diagnostic.file;
  if (diagnostic.mark.line == 0) return file;
  return fmt::format("{}:{}:{}", file, diagnostic.mark.line, diagnostic.mark.column);
}

}  // namespace

bool has_errors(const Diagnostics& diagnostics) noexcept {
  return std::ranges::any_of(
      diagnostics, [](const Diagnostic& one) { return one.severity == Severity::kError; });
}

std::string render(const Diagnostic& diagnostic, const std::string& file) {
  std::string text = fmt::format("{}: {}: {}\n", place_of(diagnostic, file),
                                 name_of(diagnostic.severity), diagnostic.text);
  if (diagnostic.source_line.empty()) return text;
  const std::string indent(kIndent, ' ');
  text += indent + without_controls(diagnostic.source_line) + '\n';
  text += indent + blanks_up_to(diagnostic.source_line, diagnostic.mark.column) + "^\n";
  return text;
}

}  // namespace postern::conf
