// SPDX-License-Identifier: Apache-2.0
#include "conf/syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "conf/names.hpp"
#include "conf/reading.hpp"
#include "conf/schema.hpp"
#include "policy/word.hpp"

namespace postern::conf {
namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = std::min(text.find_first_not_of(kBlanks), text.size());
  text.remove_prefix(first);
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words,
                             [word](std::string_view one) { return policy::same_word(one, word); });
}

// A line of the form `key = value`, as far as it can be told before it is understood.
struct Assignment {
  std::string_view key;
  std::string_view value;  // up to a comment, for a value without quotes
  std::uint32_t column;    // of the value
};

std::uint32_t characters_before(std::string_view line, std::size_t byte) {
  return static_cast<std::uint32_t>(std::ranges::count_if(
      line.substr(0, byte), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::optional<Assignment> assignment_in(std::string_view line) {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos || line.substr(0, equals).contains('#')) {
    return std::nullopt;
  }
  const std::size_t begin = std::min(line.find_first_not_of(kBlanks, equals + 1), line.size());
  const std::string_view rest = line.substr(begin);
  return Assignment{.key = trimmed(line.substr(0, equals)),
                    .value = trimmed(rest.substr(0, rest.find('#'))),
                    .column = characters_before(line, begin) + 1};
}

// The quote of a string that the line begins and does not end, or nothing.
std::optional<std::size_t> open_quote(std::string_view line) {
  std::optional<std::size_t> open;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (open) {
      if (c == '\\' && line[*open] == '"')
        ++i;
      else if (c == line[*open])
        open.reset();
    } else if (c == '"' || c == '\'') {
      open = i;
    } else if (c == '#') {
      break;
    }
  }
  return open;
}

// Everything that a rule may look at.
struct Broken {
  const SyntaxError& error;
  std::string_view text;
  std::string line;
};

SyntaxError at_column(const Broken& fault, std::uint32_t column, std::string text) {
  return {.mark = {.line = fault.error.mark.line, .column = column}, .text = std::move(text)};
}

using Explained = std::optional<SyntaxError>;

Explained unclosed_string(const Broken& fault) {
  if (fault.line.contains("\"\"\"") || fault.line.contains("'''")) return std::nullopt;
  const auto quote = open_quote(fault.line);
  if (!quote) return std::nullopt;
  return at_column(
      fault, characters_before(fault.line, *quote) + 1,
      fmt::format("the string that begins here has no closing {} in its line", fault.line[*quote]));
}

Explained typographic_quotes(const Broken& fault) {
  for (const std::string_view quote : {"\u201C", "\u201D", "\u201E", "\u2018", "\u2019"}) {
    const std::size_t place = fault.line.find(quote);
    if (place == std::string::npos) continue;
    return at_column(
        fault, characters_before(fault.line, place) + 1,
        fmt::format("{} is a typographic quote; write \" before and after a text", quote));
  }
  return std::nullopt;
}

Explained colon(const Broken& fault) {
  if (!fault.error.text.contains("expected '=', saw ':'")) return std::nullopt;
  return SyntaxError{fault.error.mark, "a key and its value are joined by `=`, not by `:`"};
}

Explained no_value(const Broken& fault) {
  const auto assignment = assignment_in(fault.line);
  if (!assignment || !assignment->value.empty()) return std::nullopt;
  return SyntaxError{fault.error.mark,
                     fmt::format("`{}` has no value", printable(assignment->key))};
}

// A word of other languages for true and false, or a text without its quotes.
Explained bare_word(const Broken& fault) {
  const auto assignment = assignment_in(fault.line);
  if (!assignment || assignment->value.empty()) return std::nullopt;
  const std::string_view value = assignment->value;
  if (value.front() == '[' && fault.error.text.contains("determine value type")) {
    return SyntaxError{fault.error.mark, "each text in a list needs quotes: [\"one\", \"two\"]"};
  }
  const bool begins_otherwise = std::string_view("\"'[{").contains(value.front());
  if (begins_otherwise || value.contains('"') || value == "true" || value == "false") {
    return std::nullopt;
  }
  const std::string shown = printable(value);
  if (is_one_of(value, {"yes", "on", "true", "enable", "enabled"})) {
    return at_column(
        fault, assignment->column,
        fmt::format("{} is not a value; write true, or \"{}\" if it is a text", shown, shown));
  }
  if (is_one_of(value, {"no", "off", "false", "disable", "disabled"})) {
    return at_column(
        fault, assignment->column,
        fmt::format("{} is not a value; write false, or \"{}\" if it is a text", shown, shown));
  }
  return at_column(
      fault, assignment->column,
      fmt::format("{} needs quotes: {} = \"{}\"", shown, printable(assignment->key), shown));
}

// The last line above that of the fault on which one of these stands alone; 0 when there is none.
std::uint32_t line_above(const Broken& fault, std::initializer_list<std::string> headers) {
  std::string_view rest = fault.text;
  std::uint32_t last = 0;
  for (std::uint32_t number = 1; number < fault.error.mark.line && !rest.empty(); ++number) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    const std::string_view bare = trimmed(line.substr(0, line.find('#')));
    if (std::ranges::find(headers, bare) != headers.end()) last = number;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return last;
}

// [listener] for the second time, or mixed with [[listener]]; [policy] in two places.
Explained second_table(const Broken& fault) {
  const std::string_view header =
      trimmed(std::string_view(fault.line).substr(0, fault.line.find('#')));
  if (!header.starts_with('[') || !header.ends_with(']')) return std::nullopt;
  const std::size_t first = header.find_first_not_of("[ \t");
  const std::size_t last = header.find_last_not_of("] \t");
  if (first == std::string_view::npos || last < first) return std::nullopt;
  const std::string name(header.substr(first, last - first + 1));
  const std::uint32_t before =
      line_above(fault, {fmt::format("[{}]", name), fmt::format("[[{}]]", name)});
  if (before == 0) return std::nullopt;
  const Key* const key = schema().find(name);
  if (key != nullptr && std::holds_alternative<List>(key->field)) {
    return SyntaxError{
        fault.error.mark,
        fmt::format("`{0}` is a list of tables: write [[{0}]] here and in line {1}", name, before)};
  }
  return SyntaxError{
      fault.error.mark,
      fmt::format("[{}] is already in line {}; write its keys there", printable(name), before)};
}

Explained second_key(const Broken& fault) {
  const auto assignment = assignment_in(fault.line);
  if (!assignment || !fault.error.text.contains("redefine")) return std::nullopt;
  return SyntaxError{fault.error.mark,
                     fmt::format("`{}` is set twice in this table", printable(assignment->key))};
}

Explained unclosed_list(const Broken& fault) {
  if (!fault.error.text.contains("in array")) return std::nullopt;
  return SyntaxError{fault.error.mark,
                     "a comma between two values of this list is missing, or the ] at its end"};
}

Explained backslash(const Broken& fault) {
  if (!fault.error.text.contains("escape sequence")) return std::nullopt;
  return SyntaxError{fault.error.mark,
                     "a \\ inside \"...\" must be doubled, or the text written in '...'"};
}

Explained control_character(const Broken& fault) {
  if (!fault.error.text.contains("control characters")) return std::nullopt;
  return SyntaxError{fault.error.mark, "a text must not hold control characters"};
}

Explained not_utf8(const Broken& fault) {
  if (!fault.error.text.contains("utf-8")) return std::nullopt;
  return SyntaxError{fault.error.mark, "the file must be UTF-8, and this byte is not"};
}

// In this order: the first that fits is what happened.
constexpr std::array kRules = {
    not_utf8,     typographic_quotes, unclosed_string, control_character, backslash, colon,
    second_table, second_key,         unclosed_list,   no_value,          bare_word};

}  // namespace

SyntaxError explained(SyntaxError fault, std::string_view text) {
  const Broken all{.error = fault, .text = text, .line = Lines(text).at(fault.mark.line)};
  for (const auto rule : kRules) {
    if (Explained better = rule(all)) return *std::move(better);
  }
  return fault;
}

}  // namespace postern::conf
