// SPDX-License-Identifier: Apache-2.0
#include "conf/print.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "conf/fields.hpp"
#include "conf/names.hpp"

namespace postern::conf {
namespace {

// "listener[0]" of "listener[0].name", and of a key in a table of this element; empty for a key of
// no list.
std::string_view element_of(std::string_view key) {
  const std::size_t bracket = key.find(']');
  return bracket == std::string_view::npos ? std::string_view() : key.substr(0, bracket + 1);
}

// "[server]", "[[listener]]" for "listener[0]", "[backend.health]" for "backend[0].health".
std::string header_of(std::string_view table) {
  const std::size_t open = table.find('[');
  if (open == std::string_view::npos) return fmt::format("[{}]\n", table);
  const std::string_view list = table.substr(0, open);
  const std::string_view rest = table.substr(element_of(table).size());
  return rest.empty() ? fmt::format("[[{}]]\n", list) : fmt::format("[{}{}]\n", list, rest);
}

template <typename Row>
struct Table {
  std::string_view name;
  std::vector<const Row*> rows;
};

// What stands in an element must come before the tables in it, or it would be read as theirs.
// `element` names the table of the element that a row belongs to.
template <typename Row, typename Element>
std::vector<Table<Row>> by_table(const std::vector<Row>& rows, Element element) {
  std::vector<Table<Row>> tables;
  const auto open = [&tables](std::string_view name) -> Table<Row>& {
    const auto found = std::ranges::find(tables, name, &Table<Row>::name);
    return found == tables.end() ? tables.emplace_back(Table<Row>{name, {}}) : *found;
  };
  for (const Row& row : rows) {
    if (const std::string_view name = element(row); !name.empty()) open(name);
    open(table_of(row.key)).rows.push_back(&row);
  }
  return tables;
}

std::string source_of(const Document& document, const Origin& origin) {
  if (origin.mark.line == 0) return "default";
  return fmt::format("{}:{}", printable(document.file), origin.mark.line);
}

// One that no configuration needs is shown as a comment: an element of it would change something.
bool is_optional(const Schema& schema, const Key& list) {
  return std::ranges::none_of(schema.keys(), [&](const Key& key) {
    return key.presence == Presence::kRequired && schema.list_of(key) == &list;
  });
}

// The list that a described key belongs to, or null.
const Key* list_of(const Schema& schema, const Description& key) {
  const Key* const known = schema.find(key.key);
  return known == nullptr ? nullptr : schema.list_of(*known);
}

// Above the keys of a table in the defaults.
std::string heading_of(const Schema& schema, const Table<Description>& table) {
  const Key* const list =
      table.rows.empty() ? schema.find(table.name) : list_of(schema, *table.rows.front());
  if (list == nullptr) return fmt::format("[{}]\n", table.name);
  const std::string_view hash = is_optional(schema, *list) ? "# " : "";
  if (list->name != table.name) return fmt::format("{}[{}]\n", hash, table.name);
  return fmt::format("# {}\n{}[[{}]]\n", list->meaning, hash, table.name);
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
  std::unreachable();
}

// `listener[0].address` as `listener["pop3s"].address`: an element stays the same one when another
// is put before it. Certificates have no names and keep their numbers.
std::string stable_key(const Document& document, const Origin& origin) {
  const std::string_view element = element_of(origin.key);
  if (element.empty()) return origin.key;
  const auto name =
      std::ranges::find(document.origins, fmt::format("{}.name", element), &Origin::key);
  if (name == document.origins.end()) return origin.key;
  return fmt::format("{}[{}]{}", element.substr(0, element.find('[')), name->value,
                     origin.key.substr(element.size()));
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
  const auto element = [](const Origin& origin) { return element_of(origin.key); };
  for (const Table<Origin>& table : by_table(document.origins, element)) {
    text += (text.empty() ? "" : "\n") + header_of(table.name);
    for (const Origin* const origin : table.rows) {
      text += fmt::format("{} = {}  # {}\n", leaf_of(origin->key), origin->value,
                          source_of(document, *origin));
    }
  }
  return text;
}

std::vector<Description> descriptions(const Schema& schema) {
  Settings settings;
  std::vector<Description> all;
  for (const Key& key : schema.keys()) {
    if (const List* const list = std::get_if<List>(&key.field)) list->add(settings, {});
    if (key.meaning.empty() || std::holds_alternative<List>(key.field)) continue;
    const bool required = key.presence == Presence::kRequired;
    const Key* const list = schema.list_of(key);
    const bool shown = !required && (list == nullptr || !is_optional(schema, *list));
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

std::string default_toml(const Schema& schema) {
  std::string text;
  const std::vector<Description> all = descriptions(schema);
  const auto element = [&schema](const Description& key) {
    const Key* const list = list_of(schema, key);
    return list == nullptr ? std::string_view() : list->name;
  };
  for (const Table<Description>& table : by_table(all, element)) {
    text += (text.empty() ? "" : "\n") + heading_of(schema, table);
    for (const Description* const key : table.rows) text += lines_of(*key);
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
