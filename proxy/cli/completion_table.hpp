// SPDX-License-Identifier: Apache-2.0
// What can be typed, for a shell that completes it: read from the parser's own table, so that a new
// verb or option is there by itself.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace postern::cli {

/// An option, or an argument, which has no names.
struct Choice {
  std::vector<std::string> letters;  // without dashes
  std::vector<std::string> words;    // without dashes
  std::string meaning;
  enum class Takes { kNothing, kText, kFile } takes = Takes::kText;
  std::vector<std::string> values;  // some of what it takes, or all where that is kText
  bool repeats = false;
};

struct VerbChoices {
  std::string name;  // empty: the program itself
  std::string meaning;
  std::vector<Choice> options;
  std::vector<Choice> arguments;
};

/// The program first, then each verb that its help shows, in its order.
std::vector<VerbChoices> choices_of(const CLI::App& program);

}  // namespace postern::cli
