// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "proxy/cli/completion_scripts.hpp"

namespace postern::cli {
namespace {

constexpr std::string_view kBashHead = R"(# Completion of postern for bash.
_postern() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
  local verb=${COMP_WORDS[1]} words= options= files=
  # bash takes --config=FILE for three words.
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]] && ((COMP_CWORD > 1)); then
    prev=${COMP_WORDS[COMP_CWORD-2]}
  fi
  ((COMP_CWORD == 1)) && verb=
  case $verb:$prev in
)";

constexpr std::string_view kBashTail = R"(  esac
  [[ $cur == -* || -z $words$files ]] && words=$options
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
  if [[ -n $files ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$cur")
  fi
}
complete -F _postern postern
)";

std::vector<std::string> dashed(const Choice& choice) {
  std::vector<std::string> names;
  names.reserve(choice.letters.size() + choice.words.size());
  for (const std::string& letter : choice.letters) names.push_back("-" + letter);
  for (const std::string& word : choice.words) names.push_back("--" + word);
  return names;
}

std::string assignments(const Choice& choice) {
  std::string text;
  if (!choice.values.empty()) text += fmt::format(" words='{}'", fmt::join(choice.values, " "));
  if (choice.takes == Choice::Takes::kFile) text += " files=yes";
  return text;
}

// What follows an option that takes a value; nothing is offered where anything could.
std::string value_rows(const VerbChoices& verb) {
  std::string rows;
  for (const Choice& option : verb.options) {
    if (option.takes == Choice::Takes::kNothing) continue;
    std::string patterns;
    for (const std::string& name : dashed(option)) {
      patterns += fmt::format("{}{}:{}", patterns.empty() ? "" : "|", verb.name, name);
    }
    const std::string offered = assignments(option);
    rows += fmt::format("    {}){} ;;\n", patterns, offered.empty() ? " return" : offered);
  }
  return rows;
}

std::string verb_row(const VerbChoices& verb, const std::vector<std::string>& names) {
  std::vector<std::string> options;
  for (const Choice& option : verb.options) {
    for (const std::string& word : option.words) options.push_back("--" + word);
  }
  std::vector<std::string> words = names;
  bool files = false;
  for (const Choice& argument : verb.arguments) {
    words.insert(words.end(), argument.values.begin(), argument.values.end());
    files = files || argument.takes == Choice::Takes::kFile;
  }
  return fmt::format("    {}:*) options='{}' words='{}'{} ;;\n", verb.name, fmt::join(options, " "),
                     fmt::join(words, " "), files ? " files=yes" : "");
}

}  // namespace

std::string bash_completion(const std::vector<VerbChoices>& choices) {
  std::vector<std::string> names;
  for (const VerbChoices& verb : choices) {
    if (!verb.name.empty()) names.push_back(verb.name);
  }
  std::string script(kBashHead);
  for (const VerbChoices& verb : choices) script += value_rows(verb);
  for (const VerbChoices& verb : choices) {
    script += verb_row(verb, verb.name.empty() ? names : std::vector<std::string>{});
  }
  return script.append(kBashTail);
}

}  // namespace postern::cli
