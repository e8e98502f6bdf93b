#include "conf/schema.hpp"

#include <algorithm>

#include "conf/suggest.hpp"

namespace postern::conf {
namespace {

bool is_below(std::string_view name, std::string_view section) noexcept {
  return name.size() > section.size() && name.starts_with(section) && name[section.size()] == '.';
}

// The right word in the wrong table, if it stands in one table only.
std::string_view elsewhere(std::string_view name) {
  std::string_view found;
  for (const Key& key : schema()) {
    if (leaf_of(key.name) != leaf_of(name) || std::holds_alternative<Later>(key.field)) continue;
    if (!found.empty()) return {};
    found = key.name;
  }
  return found;
}

// The tables themselves can be misspelt, too.
std::vector<std::string_view> names_and_sections() {
  std::vector<std::string_view> names;
  for (const Key& key : schema()) {
    const std::string_view section = key.name.substr(0, key.name.find('.'));
    if (std::ranges::find(names, section) == names.end()) names.push_back(section);
    if (std::ranges::find(names, key.name) == names.end()) names.push_back(key.name);
  }
  return names;
}

std::string_view parent_of(std::string_view name) noexcept {
  return name.substr(0, name.size() - leaf_of(name).size());
}

// A slip is one of the last word; the table before it is known to be right.
std::string_view sibling(std::string_view name) {
  std::vector<std::string_view> leaves;
  std::vector<std::string_view> names;
  static const std::vector<std::string_view> kCandidates = names_and_sections();
  for (const std::string_view candidate : kCandidates) {
    if (parent_of(candidate) != parent_of(name)) continue;
    leaves.push_back(leaf_of(candidate));
    names.push_back(candidate);
  }
  const std::string_view leaf = nearest(leaf_of(name), leaves);
  if (leaf.empty()) return {};
  return names[static_cast<std::size_t>(std::ranges::find(leaves, leaf) - leaves.begin())];
}

}  // namespace

const Key* find_key(std::string_view name) noexcept {
  const auto found = std::ranges::find(schema(), name, &Key::name);
  return found == schema().end() ? nullptr : &*found;
}

bool is_section(std::string_view name) noexcept {
  return std::ranges::any_of(schema(), [name](const Key& key) { return is_below(key.name, name); });
}

const Key* list_of(const Key& key) noexcept {
  for (const Key& list : schema()) {
    if (std::holds_alternative<List>(list.field) && is_below(key.name, list.name)) return &list;
  }
  return nullptr;
}

std::string_view leaf_of(std::string_view name) noexcept {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

std::string_view meant_by(std::string_view name) {
  const bool is_table = name.find('.') == std::string_view::npos;
  const std::string_view near = is_table ? sibling(name) : std::string_view();
  if (!near.empty()) return near;
  const std::string_view exact = elsewhere(name);
  return exact.empty() ? sibling(name) : exact;
}

}  // namespace postern::conf
