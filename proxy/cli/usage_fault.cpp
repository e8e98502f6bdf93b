// SPDX-License-Identifier: Apache-2.0
#include "proxy/cli/usage_fault.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "conf/suggest.hpp"
#include "proxy/report/printable.hpp"

namespace postern::cli {
namespace {

using Words = std::vector<std::string>;

std::string did_you_mean(std::string_view word, const Words& known) {
  const std::vector<std::string_view> views(known.begin(), known.end());
  const std::string_view meant = conf::nearest(word, views);
  return meant.empty() ? std::string() : fmt::format("; did you mean `{}`?", meant);
}

// The verb that was parsed, or the program.
const CLI::App& parsed(const CLI::App& program) {
  const CLI::App* innermost = &program;
  for (auto below = innermost->get_subcommands(); !below.empty();
       below = innermost->get_subcommands()) {
    innermost = below.front();
  }
  return *innermost;
}

// "postern check", or "postern".
std::string command_of(const CLI::App& app) {
  std::string name = app.get_name();
  for (const CLI::App* above = app.get_parent(); above != nullptr; above = above->get_parent()) {
    name = fmt::format("{} {}", above->get_name(), name);
  }
  return name;
}

std::string see_help(const CLI::App& app) {
  return fmt::format("; see `{} --help`", command_of(app));
}

Words option_words(const CLI::App& app) {
  Words words;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& word : option->get_lnames()) words.push_back("--" + word);
  }
  return words;
}

std::string unknown_option(const CLI::App& app, const std::string& argument) {
  const std::string word = argument.substr(0, argument.find('='));
  const std::string hint = did_you_mean(word, option_words(app));
  return fmt::format("`{}` has no option `{}`{}", command_of(app), report::for_screen(word),
                     hint.empty() ? see_help(app) : hint);
}

// `check postern.toml` is what many type first.
std::string unwanted(const CLI::App& app, const std::string& argument) {
  const std::string shown = report::for_screen(argument);
  const bool is_file =
      argument.ends_with(".toml") && app.get_option_no_throw("--config") != nullptr;
  return fmt::format("`{}` does not take `{}`{}", command_of(app), shown,
                     is_file ? fmt::format("; did you mean `-c {}`?", shown) : see_help(app));
}

// What the parser left: an option before anything else, since it is why something else is missing.
std::optional<std::string> left_over(const CLI::App& app) {
  const Words left = app.remaining();
  if (left.empty()) return std::nullopt;
  const auto is_option = [](const std::string& word) { return word.starts_with('-'); };
  const auto option = std::ranges::find_if(left, is_option);
  return option != left.end() ? unknown_option(app, *option) : unwanted(app, left.front());
}

std::string missing(const CLI::App& app) {
  std::string list;
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_required() || option->count() > 0) continue;
    list += (list.empty() ? "" : " and ") + option->get_name();
  }
  return fmt::format("`{}` needs {}{}", command_of(app), list, see_help(app));
}

// What stands between two marks of a message of the parser's; empty: it is another message.
std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
  const std::size_t begin = text.find(before);
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin + before.size());
  const std::size_t end = after.empty() ? text.size() : text.rfind(after);
  return end == std::string_view::npos ? std::string_view{} : text.substr(0, end);
}

std::string wrong_count(const CLI::App& app, std::string_view message) {
  if (message.contains(": At Most ")) {
    return fmt::format("{} is given more than once", message.substr(0, message.find(": ")));
  }
  for (const CLI::Option* option : app.get_options()) {
    const std::string name = option->get_name();
    const bool meant = message.starts_with(name + ":") || message.contains(" to " + name + ",");
    if (!meant) continue;
    return fmt::format("{} needs a value, as in `{} {}`", name, name, option->get_type_name());
  }
  return std::string(message);
}

// "action: foo not in {list,kick}" and "--limit: Value x not in range 1 to 10".
std::string wrong_value(const CLI::App& app, std::string_view message) {
  const std::string_view name = message.substr(0, message.find(": "));
  const std::string_view word = between(message, ": ", " not in {");
  if (!word.empty()) {
    const std::string_view set = between(message, " not in {", "}");
    const Words known = CLI::detail::split(std::string(set), ',');
    const std::string hint = did_you_mean(word, known);
    return fmt::format("{}: `{}` is not one of {}{}", name, report::for_screen(word),
                       fmt::join(known, ", "), hint.empty() ? see_help(app) : hint);
  }
  const std::string_view number = between(message, ": Value ", " not in range ");
  const std::string_view range = between(message, " not in range ", "");
  if (!range.empty()) {
    return fmt::format("{}: `{}` is not a number in the range {}", name, report::for_screen(number),
                       range);
  }
  return report::for_screen(message) + see_help(app);
}

}  // namespace

std::string unknown_verb(const CLI::App& program, const std::string& word) {
  Words known;
  for (const CLI::App* verb : program.get_subcommands({})) known.push_back(verb->get_name());
  const std::string hint = did_you_mean(word, known);
  return fmt::format("there is no verb `{}`{}", report::for_screen(word),
                     hint.empty() ? "; `postern help` lists those there are" : hint);
}

std::string usage_fault(const CLI::App& program, const CLI::ParseError& error) {
  const CLI::App& app = parsed(program);
  const std::string_view message = error.what();
  if (const auto fault = left_over(app)) return *fault;
  if (const auto fault = left_over(program)) return *fault;
  switch (static_cast<CLI::ExitCodes>(error.get_exit_code())) {
    case CLI::ExitCodes::RequiredError:
      return missing(app);
    case CLI::ExitCodes::ArgumentMismatch:
      return wrong_count(app, message);
    case CLI::ExitCodes::ValidationError:
    case CLI::ExitCodes::ConversionError:
      return wrong_value(app, message);
    case CLI::ExitCodes::ExcludesError: {
      const std::size_t cut = message.find(" excludes ");
      if (cut == std::string_view::npos) break;
      return fmt::format("{} and {} cannot be given together", message.substr(0, cut),
                         message.substr(message.rfind(' ') + 1));
    }
    default:
      break;
  }
  return report::for_screen(message) + see_help(app);
}

}  // namespace postern::cli
