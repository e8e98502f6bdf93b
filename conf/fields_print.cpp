// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "conf/fields.hpp"
#include "conf/names.hpp"
#include "conf/units.hpp"
#include "policy/date.hpp"

namespace postern::conf {
namespace {

std::string list_of_strings(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) {
    list += (list.empty() ? "" : ", ") + quoted(text);
  }
  return fmt::format("[{}]", list);
}

std::string word_for(std::span<const WordName> names, int value) {
  const auto found = std::ranges::find_if(names, [value](const WordName& name) {
    return name.value == value && name.support == Support::kNow;
  });
  return std::string(found->word);
}

struct FieldPrinter {
  using Printed = std::optional<std::string>;

  Printed operator()(const List&) const { return std::nullopt; }
  // One that may not be empty, and is, was not written.
  Printed operator()(const Text& field) const {
    const std::string& text = field.at(target);
    if (text.empty() && !field.fault("").empty()) return std::nullopt;
    return quoted(text);
  }
  Printed operator()(const Texts& field) const { return list_of_strings(field.at(target)); }
  Printed operator()(const Endpoints& field) const {
    std::vector<std::string> texts;
    for (const Endpoint& endpoint : field.at(target)) texts.push_back(to_string(endpoint));
    return list_of_strings(texts);
  }
  Printed operator()(const Number& field) const { return fmt::format("{}", field.at(target)); }
  Printed operator()(const Size& field) const { return fmt::format("{}", field.at(target)); }
  Printed operator()(const Duration& field) const {
    return quoted(duration_text(field.at(target)));
  }
  Printed operator()(const Pacing& field) const { return quoted(rate_text(field.at(target))); }
  Printed operator()(const Networks& field) const {
    std::vector<std::string> texts;
    for (const policy::Network& network : field.at(target)) texts.push_back(network.text());
    return list_of_strings(texts);
  }
  Printed operator()(const Date& field) const {
    const std::optional<policy::Moment>& moment = field.at(target);
    if (!moment) return std::nullopt;
    return quoted(policy::date_text(*moment));
  }
  Printed operator()(const Flag& field) const { return field.at(target) ? "true" : "false"; }
  Printed operator()(const Word& field) const {
    const std::optional<int> value = field.get(target);
    if (!value) return std::nullopt;
    return quoted(word_for(field.names, *value));
  }
  Printed operator()(const Words& field) const {
    const auto& shorthand = field.shorthand;
    if (shorthand && shorthand->is != nullptr && shorthand->is(target)) {
      return quoted(shorthand->word);
    }
    std::vector<std::string> texts;
    for (const int value : field.get(target)) texts.push_back(word_for(field.names, value));
    return list_of_strings(texts);
  }

  Target target;
};

}  // namespace

std::optional<std::string> print_field(const Key& key, Target target) {
  return std::visit(FieldPrinter{target}, key.field);
}

}  // namespace postern::conf
