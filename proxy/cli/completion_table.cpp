// SPDX-License-Identifier: Apache-2.0
#include "proxy/cli/completion_table.hpp"

#include <CLI/CLI.hpp>

#include "policy/mechanism.hpp"
#include "proxy/cli/verb_pages.hpp"
#include "proxy/report/log_report.hpp"

namespace postern::cli {
namespace {

using Words = std::vector<std::string>;

std::vector<const CLI::App*> listed_verbs(const CLI::App& program) {
  return program.get_subcommands(
      [](const CLI::App* verb) { return page_of(verb->get_name()).group != Group::kUnlisted; });
}

Words names_of(const std::vector<const CLI::App*>& verbs) {
  Words names;
  names.reserve(verbs.size());
  for (const CLI::App* verb : verbs) names.push_back(verb->get_name());
  return names;
}

// Of "TEXT:{list,kick}", as the parser calls what has to be one of them.
Words members_of(const std::string& type) {
  const std::size_t begin = type.find('{');
  const std::size_t end = type.rfind('}');
  if (begin == std::string::npos || end == std::string::npos) return {};
  return CLI::detail::split(type.substr(begin + 1, end - begin - 1), ',');
}

// What the parser does not know by a list.
Words known_values(const CLI::App& verb, const CLI::Option& option) {
  const std::string type = option.get_type_name();
  if (type == "VERB") return names_of(listed_verbs(*verb.get_parent()));
  if (type == "STATE") return {"handshake", "authorization", "login", "transaction", "closing"};
  if (type == "VERSION") return {"none", "1.0", "1.1", "1.2", "1.3"};
  if (type == "WHAT FILE") {
    Words topics;
    for (const report::Topic topic : report::kTopics) topics.emplace_back(report::name_of(topic));
    return topics;
  }
  if (verb.get_name() == "explain" && option.check_lname("mech")) {
    Words names;
    for (const policy::Mechanism one : policy::all_mechanisms()) {
      names.emplace_back(policy::name_of(one));
    }
    return names;
  }
  return members_of(type);
}

Choice::Takes taken_by(const CLI::Option& option) {
  if (option.get_items_expected_max() == 0) return Choice::Takes::kNothing;
  const std::string type = option.get_type_name();
  const bool is_file = type.ends_with("FILE") || type == "PATH";
  return is_file ? Choice::Takes::kFile : Choice::Takes::kText;
}

Choice choice_of(const CLI::App& verb, const CLI::Option& option) {
  return {.letters = option.get_snames(),
          .words = option.get_lnames(),
          .meaning = option.get_description(),
          .takes = taken_by(option),
          .values = known_values(verb, option),
          .repeats = option.get_positional() && option.get_items_expected_max() > 1};
}

// Verbs of a verb are the first thing that can be typed behind it.
void add_inner_verbs(const CLI::App& verb, VerbChoices& choices) {
  const auto inner = verb.get_subcommands([](const CLI::App*) { return true; });
  if (inner.empty() || choices.name.empty()) return;
  choices.arguments.insert(
      choices.arguments.begin(),
      {.letters = {}, .words = {}, .meaning = "what", .values = names_of(inner)});
  for (const CLI::App* one : inner) {
    for (const CLI::Option* option : one->get_options()) {
      if (option->get_positional()) choices.arguments.push_back(choice_of(*one, *option));
    }
  }
}

VerbChoices choices_in(const CLI::App& app, const std::string& name) {
  VerbChoices choices{
      .name = name, .meaning = app.get_description(), .options = {}, .arguments = {}};
  for (const CLI::Option* option : app.get_options()) {
    auto& kind = option->get_positional() ? choices.arguments : choices.options;
    kind.push_back(choice_of(app, *option));
  }
  add_inner_verbs(app, choices);
  return choices;
}

}  // namespace

std::vector<VerbChoices> choices_of(const CLI::App& program) {
  std::vector<VerbChoices> all = {choices_in(program, "")};
  for (const CLI::App* verb : listed_verbs(program)) {
    all.push_back(choices_in(*verb, verb->get_name()));
  }
  return all;
}

}  // namespace postern::cli
