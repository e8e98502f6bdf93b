// SPDX-License-Identifier: Apache-2.0
#include "proxy/cli/paint.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace postern::cli {
namespace {

constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kRed = "\x1b[1;31m";
constexpr std::string_view kMagenta = "\x1b[1;35m";
constexpr std::string_view kGreen = "\x1b[1;32m";
constexpr std::string_view kPlainAgain = "\x1b[0m";

struct Coloured {
  std::string_view word;
  std::string_view colour;
};

constexpr std::array kWeights = {Coloured{"error:", kRed}, Coloured{"warning:", kMagenta}};

std::string_view variable(const char* name) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment.
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view(value);
}

std::string in_colour(std::string_view colour, std::string_view text) {
  std::string whole(colour);
  whole.append(text).append(kPlainAgain);
  return whole;
}

// A source line and its caret are indented; a place is not.
std::string painted_line(std::string_view line) {
  if (line.starts_with(' ')) {
    const bool is_caret = line.find_first_not_of(' ') == line.size() - 1 && line.ends_with('^');
    return is_caret ? in_colour(kGreen, line) : std::string(line);
  }
  std::size_t first = std::string_view::npos;
  Coloured weight;
  for (const Coloured& one : kWeights) {
    std::string sought(": ");
    sought.append(one.word).append(" ");
    const std::size_t at = line.find(sought);
    if (at >= first) continue;
    first = at;
    weight = one;
  }
  if (first == std::string_view::npos) return std::string(line);
  const std::size_t begin = first + 2;
  std::string whole(line.substr(0, begin));
  whole.append(in_colour(weight.colour, weight.word));
  whole.append(line.substr(begin + weight.word.size()));
  return whole;
}

}  // namespace

bool is_coloured(Stream stream) {
  if (!variable("NO_COLOR").empty()) return false;
  const std::string_view forced = variable("CLICOLOR_FORCE");
  if (!forced.empty() && forced != "0") return true;
  const std::string_view terminal = variable("TERM");
  if (terminal.empty() || terminal == "dumb") return false;
  return isatty(stream == Stream::kOutput ? STDOUT_FILENO : STDERR_FILENO) != 0;
}

std::string heading(std::string_view text, Stream stream) {
  return is_coloured(stream) ? in_colour(kBold, text) : std::string(text);
}

std::string painted(std::string_view lines, Stream stream) {
  if (!is_coloured(stream)) return std::string(lines);
  std::string whole;
  while (!lines.empty()) {
    const std::size_t size = std::min(lines.find('\n'), lines.size());
    whole += painted_line(lines.substr(0, size));
    if (size < lines.size()) whole += '\n';
    lines.remove_prefix(std::min(size + 1, lines.size()));
  }
  return whole;
}

}  // namespace postern::cli
