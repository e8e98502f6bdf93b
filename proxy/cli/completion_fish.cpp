// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "proxy/cli/completion_scripts.hpp"

namespace postern::cli {
namespace {

std::string fish_quoted(std::string_view text) {
  std::string quoted;
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted;
}

std::string fish_value(const Choice& choice) {
  std::string words;
  if (!choice.values.empty()) words = fmt::format(" -a '{}'", fmt::join(choice.values, " "));
  switch (choice.takes) {
    case Choice::Takes::kNothing:
      return words;
    case Choice::Takes::kFile:
      return " -F" + words;
    case Choice::Takes::kText:
      return words;
  }
  return words;
}

std::string fish_option(const std::string& condition, const Choice& option) {
  std::string line = "complete -c postern " + condition;
  for (const std::string& letter : option.letters) line += " -s " + letter;
  for (const std::string& word : option.words) line += " -l " + word;
  switch (option.takes) {
    case Choice::Takes::kNothing:
      break;
    case Choice::Takes::kText:
      line += " -x";
      break;
    case Choice::Takes::kFile:
      line += " -r";
      break;
  }
  return line + fish_value(option) + fmt::format(" -d '{}'\n", fish_quoted(option.meaning));
}

std::string fish_argument(const std::string& condition, const Choice& argument) {
  const std::string value = fish_value(argument);
  if (value.empty()) return {};
  return fmt::format("complete -c postern {}{}\n", condition, value);
}

}  // namespace

std::string fish_completion(const std::vector<VerbChoices>& choices) {
  std::string script = R"(# Completion of postern for fish.
function __postern_at
    set -l words (commandline -opc)
    if test -z "$argv"
        test (count $words) -eq 1
    else
        test (count $words) -gt 1; and test "$words[2]" = "$argv"
    end
end
complete -c postern -f
)";
  for (const VerbChoices& verb : choices) {
    const std::string condition =
        verb.name.empty() ? "-n __postern_at" : fmt::format("-n '__postern_at {}'", verb.name);
    if (!verb.name.empty()) {
      script += fmt::format("complete -c postern -n __postern_at -a {} -d '{}'\n", verb.name,
                            fish_quoted(verb.meaning));
    }
    for (const Choice& option : verb.options) script += fish_option(condition, option);
    for (const Choice& argument : verb.arguments) script += fish_argument(condition, argument);
  }
  return script;
}

}  // namespace postern::cli
