// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "proxy/cli/completion_scripts.hpp"

namespace postern::cli {
namespace {

// Inside single quotes, with a backslash before each of these.
std::string zsh_quoted(std::string_view text, std::string_view special) {
  std::string quoted;
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
      continue;
    }
    if (special.find(c) != std::string_view::npos) quoted += '\\';
    quoted += c;
  }
  return quoted;
}

// What _arguments does for a value: ":message:action".
std::string zsh_value(const Choice& choice, std::string_view message) {
  const bool is_file = choice.takes == Choice::Takes::kFile;
  const std::string values = fmt::format("{}", fmt::join(choice.values, " "));
  if (is_file && !values.empty()) {
    return fmt::format(":{0}: _alternative \"words:{0}:({1})\" \"files:file:_files\"", message,
                       values);
  }
  if (is_file) return fmt::format(":{}:_files", message);
  if (!values.empty()) return fmt::format(":{}:({})", message, values);
  return fmt::format(":{}: ", message);
}

std::string zsh_option(const Choice& option) {
  const bool valued = option.takes != Choice::Takes::kNothing;
  const std::string meaning = zsh_quoted(option.meaning, "[]\\");
  std::string names;
  std::string all;
  for (const std::string& letter : option.letters) {
    names += fmt::format("{}-{}{}", names.empty() ? "" : ",", letter, valued ? "+" : "");
    all += fmt::format("{}-{}", all.empty() ? "" : " ", letter);
  }
  for (const std::string& word : option.words) {
    names += fmt::format("{}--{}{}", names.empty() ? "" : ",", word, valued ? "=" : "");
    all += fmt::format("{}--{}", all.empty() ? "" : " ", word);
  }
  const std::string value = valued ? zsh_value(option, "value") : "";
  if (!names.contains(',')) return fmt::format("'{}[{}]{}'", names, meaning, value);
  return fmt::format("'({})'{{{}}}'[{}]{}'", all, names, meaning, value);
}

std::string zsh_case(const VerbChoices& verb) {
  std::string specs;
  for (const Choice& option : verb.options) specs += " \\\n        " + zsh_option(option);
  for (const Choice& argument : verb.arguments) {
    specs += fmt::format(" \\\n        '{}{}'", argument.repeats ? "*" : "",
                         zsh_value(argument, "argument"));
  }
  return fmt::format("      {})\n        _arguments -s{} ;;\n", verb.name, specs);
}

}  // namespace

std::string zsh_completion(const std::vector<VerbChoices>& choices) {
  std::string script =
      "#compdef postern\n# Completion of postern for zsh.\n_postern() {\n"
      "  local curcontext=$curcontext state line\n  local -a verbs\n  verbs=(\n";
  std::string own;
  std::string cases;
  for (const VerbChoices& verb : choices) {
    if (verb.name.empty()) {
      for (const Choice& option : verb.options) own += "    " + zsh_option(option) + " \\\n";
      continue;
    }
    script += fmt::format("    '{}:{}'\n", verb.name, zsh_quoted(verb.meaning, ":\\"));
    cases += zsh_case(verb);
  }
  script += "  )\n  _arguments -C \\\n" + own +
            "    '1:verb:->verb' \\\n    '*::argument:->rest' && return\n"
            "  case $state in\n    verb) _describe -t commands verb verbs ;;\n"
            "    rest)\n      case $words[1] in\n" +
            cases + "      esac ;;\n  esac\n}\n";
  // Whether it is loaded by name or read by `source`.
  return script +
         "if [[ $funcstack[1] == _postern ]]; then\n  _postern \"$@\"\nelse\n  compdef _postern "
         "postern\nfi\n";
}

}  // namespace postern::cli
