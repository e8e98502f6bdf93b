#include "conf/print.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "conf/fields.hpp"
#include "conf/names.hpp"
#include "conf/schema.hpp"

namespace postern::conf {
namespace {

// "listener[0].name" into "listener[0]" and "name".
std::pair<std::string_view, std::string_view> split(std::string_view key) {
  const std::string_view leaf = leaf_of(key);
  return {key.substr(0, key.size() - leaf.size() - 1), leaf};
}

// "[server]", "[[listener]]".
std::string header_of(std::string_view table) {
  const std::size_t bracket = table.find('[');
  if (bracket == std::string_view::npos) return fmt::format("[{}]\n", table);
  return fmt::format("[[{}]]\n", table.substr(0, bracket));
}

std::string source_of(const Document& document, const Origin& origin) {
  if (origin.mark.line == 0) return "default";
  return fmt::format("{}:{}", printable(document.file), origin.mark.line);
}

const Key* list_named(std::string_view table) {
  const Key* const key = find_key(table);
  return key != nullptr && std::holds_alternative<List>(key->field) ? key : nullptr;
}

// One that no configuration needs is shown as a comment: an element of it would change something.
bool is_optional(const Key& list) {
  return std::ranges::none_of(schema(), [&list](const Key& key) {
    return key.presence == Presence::kRequired && list_of(key) == &list;
  });
}

std::string lines_of(const Description& key) {
  const std::string_view leaf = leaf_of(key.key);
  switch (key.standing) {
    case Standing::kDefault:
      return fmt::format("# {}\n{} = {}\n", key.meaning, leaf, key.value);
    case Standing::kExample:
      return fmt::format("# {} (required)\n{} = {}\n", key.meaning, leaf, key.value);
    case Standing::kUnset:
      return fmt::format("# {}\n# {} = {}\n", key.meaning, leaf, key.value);
  }
  return {};
}

// `listener[0].address` as `listener["pop3s"].address`: an element stays the same one when another
// is put before it. Certificates have no names and keep their numbers.
std::string stable_key(const Document& document, const Origin& origin) {
  const auto [table, leaf] = split(origin.key);
  const std::size_t bracket = table.find('[');
  if (bracket == std::string_view::npos) return origin.key;
  const auto name =
      std::ranges::find(document.origins, fmt::format("{}.name", table), &Origin::key);
  if (name == document.origins.end()) return origin.key;
  return fmt::format("{}[{}].{}", table.substr(0, bracket), name->value, leaf);
}

using Keyed = std::vector<std::pair<std::string, const Origin*>>;

Keyed keyed(const Document& document) {
  Keyed all;
  for (const Origin& origin : document.origins) {
    all.emplace_back(stable_key(document, origin), &origin);
  }
  return all;
}

const Origin* find(const Keyed& all, const std::string& key) {
  const auto found = std::ranges::find(all, key, &Keyed::value_type::first);
  return found == all.end() ? nullptr : found->second;
}

}  // namespace

std::string effective_toml(const Document& document) {
  std::string text;
  std::string_view open;
  for (const Origin& origin : document.origins) {
    const auto [table, leaf] = split(origin.key);
    if (table != open) text += (text.empty() ? "" : "\n") + header_of(table);
    open = table;
    text += fmt::format("{} = {}  # {}\n", leaf, origin.value, source_of(document, origin));
  }
  return text;
}

std::vector<Description> descriptions() {
  Settings settings;
  std::vector<Description> all;
  for (const Key& key : schema()) {
    if (const List* const list = std::get_if<List>(&key.field)) list->add(settings, {});
    if (key.meaning.empty() || std::holds_alternative<List>(key.field)) continue;
    const bool required = key.presence == Presence::kRequired;
    const Key* const list = list_of(key);
    const bool shown = !required && (list == nullptr || !is_optional(*list));
    const std::optional<std::string> value =
        shown ? print_field(key, {.settings = &settings, .index = 0}) : std::nullopt;
    all.push_back({.key = std::string(key.name),
                   .value = value.value_or(std::string(key.example)),
                   .standing = value      ? Standing::kDefault
                               : required ? Standing::kExample
                                          : Standing::kUnset,
                   .meaning = std::string(key.meaning)});
  }
  return all;
}

std::string default_toml() {
  std::string text;
  std::string open;
  for (const Description& key : descriptions()) {
    const std::string_view table = split(key.key).first;
    if (table != open) {
      const Key* const list = list_named(table);
      text += text.empty() ? "" : "\n";
      text += list == nullptr ? fmt::format("[{}]\n", table)
                              : fmt::format("# {}\n{}[[{}]]\n", list->meaning,
                                            is_optional(*list) ? "# " : "", table);
    }
    open = table;
    text += lines_of(key);
  }
  return text;
}

std::vector<Difference> differences(const Document& before, const Document& after) {
  const Keyed old_values = keyed(before);
  const Keyed new_values = keyed(after);
  std::vector<Difference> result;
  for (const auto& [key, old_origin] : old_values) {
    const Origin* const new_origin = find(new_values, key);
    if (new_origin != nullptr && new_origin->value == old_origin->value) continue;
    result.push_back({.key = key,
                      .before = *old_origin,
                      .after = new_origin == nullptr ? Origin{} : *new_origin});
  }
  for (const auto& [key, new_origin] : new_values) {
    if (find(old_values, key) == nullptr) {
      result.push_back({.key = key, .before = {}, .after = *new_origin});
    }
  }
  return result;
}

}  // namespace postern::conf
