// SPDX-License-Identifier: Apache-2.0
#include "proxy/cli/help_page.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <vector>

#include "proxy/cli/verb_pages.hpp"

namespace postern::cli {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kIndent = 2;
constexpr std::size_t kWidestName = 26;  // what is wider has its meaning on the next line

struct Entry {
  std::string name;
  std::string meaning;
};
using Entries = std::vector<Entry>;

// The text in words, each line but the first behind that many blanks.
std::string wrapped(std::string_view text, std::size_t indent) {
  std::string page;
  std::size_t column = indent;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    if (column > indent && column + 1 + word.size() > kColumns) {
      page += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      page += ' ';
      ++column;
    }
    page += word;
    column += word.size();
  }
  return page;
}

std::size_t widest_of(const Entries& entries) {
  std::size_t widest = 0;
  for (const Entry& entry : entries) {
    if (entry.name.size() <= kWidestName) widest = std::max(widest, entry.name.size());
  }
  return widest;
}

std::string section(std::string_view title, const Entries& entries, std::size_t widest,
                    Stream stream) {
  if (entries.empty()) return {};
  const std::size_t column = kIndent + widest + 2;
  std::string page = "\n" + heading(title, stream) + ":\n";
  for (const Entry& entry : entries) {
    std::string line = std::string(kIndent, ' ') + entry.name;
    if (entry.name.size() > widest) {
      line += '\n' + std::string(column, ' ');
    } else {
      line.resize(column, ' ');
    }
    page += line + wrapped(entry.meaning, column) + '\n';
  }
  return page;
}

// "FILE" of "FILE", "TEXT:{list,kick}" and the like: what a value is called.
std::string value_name(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  return type.substr(0, type.find(':'));
}

std::string option_name(const CLI::Option& option) {
  std::string name;
  for (const std::string& letter : option.get_snames()) name += "-" + letter + ", ";
  if (name.empty()) name = "    ";
  for (const std::string& word : option.get_lnames()) name += "--" + word;
  if (option.get_items_expected_max() > 0) name += " " + value_name(option);
  return name;
}

std::string option_meaning(const CLI::Option& option) {
  const std::string& value = option.get_default_str();
  std::string meaning = option.get_description();
  if (option.get_required()) meaning += " (required)";
  if (!value.empty()) meaning += " (default: " + value + ")";
  return meaning;
}

Entries options_in(const CLI::App& app) {
  Entries entries;
  for (const CLI::Option* option : app.get_options()) {
    if (!option->nonpositional()) continue;
    entries.push_back({option_name(*option), option_meaning(*option)});
  }
  return entries;
}

Entries arguments_in(const CLI::App& app) {
  Entries entries;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) {
      entries.push_back({option->get_name(true), option->get_description()});
    }
  }
  return entries;
}

std::string usage(const CLI::App& verb) {
  std::string line = fmt::format("postern {}", verb.get_name());
  for (const CLI::Option* option : verb.get_options()) {
    if (option->get_positional() || !option->get_required()) continue;
    line += fmt::format(" {} {}", option->get_name(), value_name(*option));
  }
  for (const CLI::Option* option : verb.get_options()) {
    if (!option->get_positional()) continue;
    std::string name = option->get_name(true);
    if (option->get_items_expected_max() > 1) name += "...";
    line += option->get_required() ? " " + name : " [" + name + "]";
  }
  if (!verb.get_subcommands({}).empty()) line += " WHAT";
  return line + " [options]";
}

Entries verbs_in(const CLI::App& app, Group group) {
  Entries entries;
  for (const CLI::App* verb : app.get_subcommands({})) {
    if (page_of(verb->get_name()).group != group) continue;
    entries.push_back({verb->get_name(), verb->get_description()});
  }
  return entries;
}

}  // namespace

const CLI::App* find_verb(const CLI::App& program, std::string_view name) {
  for (const CLI::App* verb : program.get_subcommands({})) {
    if (verb->get_name() == name) return verb;
  }
  return nullptr;
}

std::string program_page(const CLI::App& program, Stream stream) {
  std::string page =
      program.get_description() + "\n\n" + heading("Usage", stream) + ": postern VERB [options]\n";
  const Entries options = options_in(program);
  const std::size_t widest = widest_of(options);  // wider than any verb
  for (const Group group : listed_groups()) {
    page += section(title_of(group), verbs_in(program, group), widest, stream);
  }
  page += section("Options", options, widest, stream);
  return page +
         "\n`postern help VERB` has what a verb takes and examples, `man postern` the rest.\n";
}

std::string verb_page(const CLI::App& verb, Stream stream) {
  std::string page = wrapped(verb.get_description(), 0) + "\n\n" + heading("Usage", stream) + ": " +
                     wrapped(usage(verb), std::string_view("Usage: ").size()) + "\n";
  Entries below;
  for (const CLI::App* one : verb.get_subcommands({})) {
    below.push_back({one->get_name(), one->get_description()});
  }
  page += section("What", below, widest_of(below), stream);
  const Entries arguments = arguments_in(verb);
  page += section("Arguments", arguments, widest_of(arguments), stream);
  const Entries options = options_in(verb);
  page += section("Options", options, widest_of(options), stream);
  const auto examples = page_of(verb.get_name()).examples;
  if (examples.empty()) return page;
  page += "\n" + heading("Examples", stream) + ":\n";
  for (const std::string_view example : examples) page += fmt::format("  {}\n", example);
  return page;
}

}  // namespace postern::cli
