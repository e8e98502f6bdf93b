#include "conf/decode.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "conf/fields.hpp"
#include "conf/names.hpp"
#include "conf/schema.hpp"

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

class Decoder {
 public:
  explicit Decoder(Reading& reading) : reading_(reading) {}

  /// `name` is empty or ends with a dot, and so is `path`, which has indexes besides.
  void table(const Value& table, const std::string& name, const std::string& path,
             std::size_t index);

 private:
  void member(const Member& member, const std::string& name, const std::string& path,
              std::size_t index);
  void section(const Member& member, const std::string& name, const std::string& path);
  void list(const Member& member, const Key& key, const List& list, const std::string& path);
  void element(const Value& element, const Key& key, const std::string& path, std::size_t index);
  void unknown(const Member& member, const std::string& name);
  Target target(std::size_t index) { return {.settings = &reading_.settings, .index = index}; }

  Reading& reading_;
};

void Decoder::table(const Value& table, const std::string& name, const std::string& path,
                    std::size_t index) {
  for (const Member& one : table.members) member(one, name + one.key, path + one.key, index);
}

void Decoder::member(const Member& member, const std::string& name, const std::string& path,
                     std::size_t index) {
  // A quoted key may hold dots of its own: "policy.login" is not policy's login.
  const Key* const key = member.key.contains('.') ? nullptr : find_key(name);
  if (key == nullptr) {
    const bool known = !member.key.contains('.') && is_section(name);
    return known ? section(member, name, path) : unknown(member, name);
  }
  if (std::holds_alternative<Later>(key->field)) {
    reading_.report.error(member.mark, fmt::format("`{}` is not yet supported", key->name));
  } else if (const List* const tables = std::get_if<List>(&key->field)) {
    list(member, *key, *tables, path);
  } else {
    read_field({.key = *key, .value = member.value, .target = target(index), .path = path},
               reading_);
  }
}

void Decoder::section(const Member& member, const std::string& name, const std::string& path) {
  if (member.value.kind == Kind::kTable) return table(member.value, name + '.', path + '.', 0);
  const bool doubled = is_list_of_tables(member.value);
  reading_.broken.insert(name);
  reading_.report.error(member.mark,
                        doubled ? fmt::format("`{0}` is one table: write [{0}], not [[{0}]]", name)
                                : fmt::format("`{0}` must be a table [{0}], not {1}", name,
                                              name_of(member.value.kind)));
}

void Decoder::list(const Member& member, const Key& key, const List& list,
                   const std::string& path) {
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
    element(item, key, fmt::format("{}[{}].", path, index), index);
  }
}

void Decoder::element(const Value& element, const Key& key, const std::string& path,
                      std::size_t index) {
  const std::string name = std::string(key.name) + '.';
  table(element, name, path, index);
  for (const Key& wanted : schema()) {
    if (wanted.presence != Presence::kRequired || list_of(wanted) != &key) continue;
    const std::string_view leaf = leaf_of(wanted.name);
    const bool given =
        std::ranges::find(element.members, leaf, &Member::key) != element.members.end();
    if (given) continue;
    reading_.broken.emplace(wanted.name);
    reading_.report.error(element.mark, fmt::format("[[{}]] needs `{}`, such as {} = {}", key.name,
                                                    leaf, leaf, wanted.example));
  }
}

void Decoder::unknown(const Member& member, const std::string& name) {
  const std::string_view meant = meant_by(name);
  const std::string hint = meant.empty() ? "" : fmt::format("; did you mean `{}`?", meant);
  const bool table = member.value.kind == Kind::kTable || is_list_of_tables(member.value);
  reading_.report.error(member.mark, fmt::format("unknown {} `{}`{}", table ? "table" : "key",
                                                 shown(member, name), hint));
}

}  // namespace

void decode(const Value& root, Reading& reading) { Decoder(reading).table(root, "", "", 0); }

}  // namespace postern::conf
