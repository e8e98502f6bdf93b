// SPDX-License-Identifier: Apache-2.0
#include "conf/decode.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "conf/fields.hpp"
#include "conf/names.hpp"

namespace postern::conf {
namespace {

bool is_list_of_tables(const Value& value) {
  return value.kind == Kind::kArray && !value.items.empty() &&
         value.items.front().kind == Kind::kTable;
}

bool is_bare(std::string_view key) {
  return !key.empty() && std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

// As it would have to be written: a key with a dot in it needs its quotes.
std::string shown(const Member& member, std::string_view name) {
  if (is_bare(member.key)) return printable(name);
  const std::string_view table = name.substr(0, name.size() - member.key.size());
  return fmt::format("{}\"{}\"", table, printable(member.key));
}

// Where a table stands.
struct Spot {
  std::string name;       // in full: "backend.health"; empty for the root
  std::string path;       // with indexes: "backend[1].health"
  std::size_t index = 0;  // of the element that holds it, if one does

  Spot below(const std::string& key) const {
    if (name.empty()) return {.name = key, .path = key, .index = index};
    return {.name = name + '.' + key, .path = path + '.' + key, .index = index};
  }
};

class Decoder {
 public:
  Decoder(const Schema& schema, Reading& reading) : schema_(schema), reading_(reading) {}

  void table(const Value& table, const Spot& spot);

 private:
  void member(const Member& member, const Spot& spot);
  void section(const Member& member, const Spot& spot);
  void list(const Member& member, const Key& key, const List& list);
  void missing(const Value& table, const Spot& spot);
  void unknown(const Member& member, const std::string& name);

  const Schema& schema_;
  Reading& reading_;
};

void Decoder::table(const Value& table, const Spot& spot) {
  for (const Member& one : table.members) member(one, spot.below(one.key));
  missing(table, spot);
}

void Decoder::member(const Member& member, const Spot& spot) {
  // A quoted key may hold dots of its own: "policy.login" is not policy's login.
  const Key* const key = member.key.contains('.') ? nullptr : schema_.find(spot.name);
  if (key == nullptr) {
    const bool known = !member.key.contains('.') && schema_.is_section(spot.name);
    return known ? section(member, spot) : unknown(member, spot.name);
  }
  if (const List* const tables = std::get_if<List>(&key->field)) {
    list(member, *key, *tables);
  } else {
    const Target target = {.settings = &reading_.settings, .index = spot.index};
    read_field({.key = *key, .value = member.value, .target = target, .path = spot.path}, reading_);
  }
}

void Decoder::section(const Member& member, const Spot& spot) {
  if (member.value.kind == Kind::kTable) return table(member.value, spot);
  const bool doubled = is_list_of_tables(member.value);
  reading_.broken.insert(spot.name);
  reading_.report.error(
      member.mark, doubled ? fmt::format("`{0}` is one table: write [{0}], not [[{0}]]", spot.name)
                           : fmt::format("`{0}` must be a table [{0}], not {1}", spot.name,
                                         name_of(member.value.kind)));
}

void Decoder::list(const Member& member, const Key& key, const List& list) {
  const Value& value = member.value;
  const auto refuse = [&](Mark mark, std::string text) {
    reading_.broken.emplace(key.name);
    reading_.report.error(mark, std::move(text));
  };
  if (value.kind == Kind::kTable) {
    return refuse(member.mark,
                  fmt::format("`{0}` is a list of tables: write [[{0}]], not [{0}]", key.name));
  }
  if (value.kind != Kind::kArray) {
    return refuse(member.mark, fmt::format("`{0}` must be a list of tables [[{0}]], not {1}",
                                           key.name, name_of(value.kind)));
  }
  for (const Value& item : value.items) {
    if (item.kind != Kind::kTable) {
      refuse(item.mark,
             fmt::format("`{}` must hold tables only, not {}", key.name, name_of(item.kind)));
      continue;
    }
    const std::size_t index = list.size(reading_.settings);
    list.add(reading_.settings, item.mark);
    table(item, {.name = std::string(key.name),
                 .path = fmt::format("{}[{}]", key.name, index),
                 .index = index});
  }
}

void Decoder::missing(const Value& table, const Spot& spot) {
  const bool is_element = schema_.find(spot.name) != nullptr;
  const std::string header =
      is_element ? fmt::format("[[{}]]", spot.name) : fmt::format("[{}]", spot.name);
  for (const Key& wanted : schema_.keys()) {
    if (wanted.presence != Presence::kRequired || table_of(wanted.name) != spot.name) continue;
    const std::string_view leaf = leaf_of(wanted.name);
    const bool given = std::ranges::find(table.members, leaf, &Member::key) != table.members.end();
    if (given) continue;
    reading_.broken.emplace(wanted.name);
    reading_.report.error(table.mark, fmt::format("{} needs `{}`, such as {} = {}", header, leaf,
                                                  leaf, wanted.example));
  }
}

void Decoder::unknown(const Member& member, const std::string& name) {
  const std::string_view meant = schema_.meant_by(name);
  const std::string hint = meant.empty() ? "" : fmt::format("; did you mean `{}`?", meant);
  const bool table = member.value.kind == Kind::kTable || is_list_of_tables(member.value);
  reading_.report.error(member.mark, fmt::format("unknown {} `{}`{}", table ? "table" : "key",
                                                 shown(member, name), hint));
}

}  // namespace

void decode(const Value& root, const Schema& schema, Reading& reading) {
  Decoder(schema, reading).table(root, {});
}

}  // namespace postern::conf
