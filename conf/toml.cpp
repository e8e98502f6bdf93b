// SPDX-License-Identifier: Apache-2.0
// The only file that includes toml++, and the only one that meets its exceptions.
#include "conf/toml.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <optional>
#include <sstream>

#include "policy/word.hpp"

namespace postern::conf {
namespace {

// toml++ descends one stack frame for every dot of `a.a.a.a`, and limits only brackets: half a
// megabyte of dots on one line overflows the stack.
constexpr std::size_t kMaxLine = 4096;

Mark mark_of(const toml::source_region& region) noexcept {
  return {.line = region.begin.line, .column = region.begin.column};
}

Kind kind_of(const toml::node& node) noexcept {
  switch (node.type()) {
    case toml::node_type::table:
      return Kind::kTable;
    case toml::node_type::array:
      return Kind::kArray;
    case toml::node_type::string:
      return Kind::kString;
    case toml::node_type::integer:
      return Kind::kInteger;
    case toml::node_type::floating_point:
      return Kind::kFloat;
    case toml::node_type::boolean:
      return Kind::kBoolean;
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time:
    case toml::node_type::none:
      return Kind::kDate;
  }
  return Kind::kDate;
}

// As it would be written: toml++ prints dates by RFC 3339.
std::string text_of(const toml::node& node) {
  std::ostringstream text;
  if (const auto* date = node.as_date()) text << date->get();
  if (const auto* moment = node.as_date_time()) text << moment->get();
  return std::move(text).str();
}

Value value_of(const toml::node& node) {
  Value value;
  value.kind = kind_of(node);
  value.mark = mark_of(node.source());
  if (const auto* string = node.as_string()) value.string = string->get();
  if (const auto* integer = node.as_integer()) value.integer = integer->get();
  if (const auto* boolean = node.as_boolean()) value.boolean = boolean->get();
  if (value.kind == Kind::kDate) value.string = text_of(node);
  if (const auto* array = node.as_array()) {
    for (const toml::node& item : *array) value.items.push_back(value_of(item));
  }
  if (const auto* table = node.as_table()) {
    for (const auto& [key, member] : *table) {
      value.members.push_back({.key = std::string(key.str()),
                               .mark = mark_of(key.source()),
                               .value = value_of(member)});
    }
  }
  return value;
}

std::optional<SyntaxError> over_long_line(std::string_view text) {
  for (std::uint32_t line = 1; !text.empty(); ++line) {
    const std::size_t length = std::min(text.find('\n'), text.size());
    if (length > kMaxLine) {
      return SyntaxError{.mark = {.line = line, .column = 1},
                         .text = fmt::format("the line is longer than {} bytes", kMaxLine)};
    }
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  return std::nullopt;
}

// The parser quotes what it met, line ends and all.
std::string on_one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      line += c == '\n' ? "\\n" : "\\r";
    } else {
      line += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
    }
  }
  return line;
}

std::string sentence(std::string_view description) {
  constexpr std::string_view kPrefix = "Error while parsing ";
  if (description.starts_with(kPrefix)) {
    return fmt::format("syntax error in {}", description.substr(kPrefix.size()));
  }
  std::string text(description);
  if (!text.empty()) text.front() = policy::lower(text.front());
  return fmt::format("syntax error: {}", text);
}

}  // namespace

std::expected<Value, SyntaxError> parse_toml(std::string_view text) {
  if (std::optional<SyntaxError> fault = over_long_line(text)) return std::unexpected(*fault);
  try {
    return value_of(toml::parse(text));
  } catch (const toml::parse_error& error) {
    SyntaxError fault{.mark = mark_of(error.source()),
                      .text = on_one_line(sentence(error.description()))};
    return std::unexpected(explained(std::move(fault), text));
  }
}

}  // namespace postern::conf
