// SPDX-License-Identifier: Apache-2.0
#include "conf/schema.hpp"

#include <algorithm>

#include "conf/suggest.hpp"

namespace postern::conf {
namespace {

bool is_below(std::string_view name, std::string_view section) noexcept {
  return name.size() > section.size() && name.starts_with(section) && name[section.size()] == '.';
}

// "limits" and "limits.auth_failures" before "limits.auth_failures.ban": the tables themselves can
// be misspelt, too.
std::vector<std::string_view> names_and_tables(std::span<const Key> keys) {
  std::vector<std::string_view> names;
  const auto add = [&names](std::string_view name) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  };
  for (const Key& key : keys) {
    for (std::size_t dot = key.name.find('.'); dot != std::string_view::npos;
         dot = key.name.find('.', dot + 1)) {
      add(key.name.substr(0, dot));
    }
    add(key.name);
  }
  return names;
}

}  // namespace

Schema::Schema(std::span<const Key> keys) : keys_(keys), names_(names_and_tables(keys)) {}

const Key* Schema::find(std::string_view name) const noexcept {
  const auto found = std::ranges::find(keys_, name, &Key::name);
  return found == keys_.end() ? nullptr : &*found;
}

bool Schema::is_section(std::string_view name) const noexcept {
  return std::ranges::any_of(keys_, [name](const Key& key) { return is_below(key.name, name); });
}

const Key* Schema::list_of(const Key& key) const noexcept {
  for (const Key& list : keys_) {
    if (std::holds_alternative<List>(list.field) && is_below(key.name, list.name)) return &list;
  }
  return nullptr;
}

std::string_view Schema::meant_by(std::string_view name) const {
  const bool is_table = table_of(name).empty();
  const std::string_view near = is_table ? sibling(name) : std::string_view();
  if (!near.empty()) return near;
  const std::string_view exact = elsewhere(name);
  return exact.empty() ? sibling(name) : exact;
}

// The right word in the wrong table, if it stands in one table only, or in one below this.
std::string_view Schema::elsewhere(std::string_view name) const {
  std::vector<std::string_view> found;
  for (const Key& key : keys_) {
    if (leaf_of(key.name) != leaf_of(name)) continue;
    found.push_back(key.name);
  }
  if (found.size() > 1) {
    std::erase_if(found, [&](std::string_view key) { return !is_below(key, table_of(name)); });
  }
  return found.size() == 1 ? found.front() : std::string_view();
}

// A slip is one of the last word; the table before it is known to be right.
std::string_view Schema::sibling(std::string_view name) const {
  std::vector<std::string_view> leaves;
  std::vector<std::string_view> names;
  for (const std::string_view candidate : names_) {
    if (table_of(candidate) != table_of(name)) continue;
    leaves.push_back(leaf_of(candidate));
    names.push_back(candidate);
  }
  const std::string_view leaf = nearest(leaf_of(name), leaves);
  if (leaf.empty()) return {};
  return names[static_cast<std::size_t>(std::ranges::find(leaves, leaf) - leaves.begin())];
}

std::string_view leaf_of(std::string_view name) noexcept {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

std::string_view table_of(std::string_view name) noexcept {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(0, dot);
}

}  // namespace postern::conf
