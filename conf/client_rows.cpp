// SPDX-License-Identifier: Apache-2.0
#include "conf/client_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include "conf/names.hpp"
#include "conf/reading.hpp"
#include "conf/suggest.hpp"
#include "conf/toml.hpp"

namespace postern::conf {
namespace {

using policy::ClientRow;
using policy::DialoguePattern;
using policy::Evidence;
using policy::HelloPattern;

constexpr std::size_t kMostPatterns = 32;  // of a row, or of a hello

constexpr std::array<std::string_view, 2> kTables = {"hello", "client"};
constexpr std::array<std::string_view, 2> kHelloKeys = {"name", "looks"};
constexpr std::array<std::string_view, 7> kClientKeys = {
    "name", "hello", "dialogue", "with_hello", "in_clear", "evidence", "change"};

constexpr std::array<std::pair<std::string_view, Evidence>, 3> kEvidence = {{
    {"measured:", Evidence::kMeasured},
    {"source:", Evidence::kSource},
    {"told:", Evidence::kTold},
}};

const Value* find(const Value& table, std::string_view key) noexcept {
  const auto found = std::ranges::find(table.members, key, &Member::key);
  return found == table.members.end() ? nullptr : &found->value;
}

std::string meant(std::string_view word, std::span<const std::string_view> candidates) {
  const std::string_view near = nearest(word, candidates);
  return near.empty() ? std::string() : fmt::format("; did you mean `{}`?", near);
}

class RowsReader {
 public:
  RowsReader(std::string_view text, const ClientRows& known) : report_(text), known_(known) {}

  std::expected<ClientRows, Diagnostics> read(const Value& root);

 private:
  std::span<const Value> tables(const Value& root, std::string_view key);
  void check_keys(const Value& table, std::span<const std::string_view> keys,
                  std::string_view what);
  std::string name_in(const Value& table, std::string_view what);
  std::optional<std::string> text_in(const Value& table, std::string_view key);
  std::span<const Value> texts_in(const Value& table, std::string_view key);
  void take_hello(const Value& table);
  void take_client(const Value& table);
  std::vector<HelloPattern> hellos_in(const Value& table);
  std::vector<DialoguePattern> dialogues_in(const Value& table, std::string_view key);
  Evidence evidence_in(const Value& table);
  void check_whole(const Value& table, const ClientRow& row);
  bool is_known(std::string_view name) const noexcept;

  Report report_;
  const ClientRows& known_;
  ClientRows made_;
};

std::expected<ClientRows, Diagnostics> RowsReader::read(const Value& root) {
  check_keys(root, kTables, "table");
  for (const Value& table : tables(root, "hello")) take_hello(table);
  const std::span<const Value> clients = tables(root, "client");
  if (clients.size() > kMaxClients) {
    report_.error(clients[kMaxClients].mark,
                  fmt::format("there may be {} rows `[[client]]` at most", kMaxClients));
  } else {
    for (const Value& table : clients) take_client(table);
  }
  Diagnostics diagnostics = report_.sorted();
  if (!diagnostics.empty()) return std::unexpected(std::move(diagnostics));
  return std::move(made_);
}

std::span<const Value> RowsReader::tables(const Value& root, std::string_view key) {
  const Value* const list = find(root, key);
  if (list == nullptr) return {};
  const bool sound =
      list->kind == Kind::kArray &&
      std::ranges::all_of(list->items, [](const Value& item) { return item.kind == Kind::kTable; });
  if (sound) return list->items;
  report_.error(list->mark, fmt::format("`{0}` is a list of tables: write [[{0}]]", key));
  return {};
}

void RowsReader::check_keys(const Value& table, std::span<const std::string_view> keys,
                            std::string_view what) {
  for (const Member& one : table.members) {
    if (std::ranges::find(keys, one.key) != keys.end()) continue;
    report_.error(one.mark,
                  fmt::format("unknown {} `{}`{}", what, printable(one.key), meant(one.key, keys)));
  }
}

std::optional<std::string> RowsReader::text_in(const Value& table, std::string_view key) {
  const Value* const value = find(table, key);
  if (value == nullptr) return std::nullopt;
  if (value->kind == Kind::kString) return value->string;
  report_.error(value->mark,
                fmt::format("`{}` must be a string, not {}", key, name_of(value->kind)));
  return std::nullopt;
}

std::span<const Value> RowsReader::texts_in(const Value& table, std::string_view key) {
  const Value* const value = find(table, key);
  if (value == nullptr) return {};
  const bool sound = value->kind == Kind::kArray && value->items.size() <= kMostPatterns &&
                     std::ranges::all_of(value->items, [](const Value& item) {
                       return item.kind == Kind::kString;
                     });
  if (sound) return value->items;
  report_.error(value->mark,
                fmt::format("`{}` must be a list of strings, of {} at most", key, kMostPatterns));
  return {};
}

std::string RowsReader::name_in(const Value& table, std::string_view what) {
  if (find(table, "name") == nullptr) {
    report_.error(table.mark, fmt::format("[[{0}]] needs `name`", what));
    return {};
  }
  const auto name = text_in(table, "name");
  if (!name) return {};
  const std::string fault = fault_of_name(*name);
  if (!fault.empty()) report_.error(find(table, "name")->mark, fmt::format("`name` {}", fault));
  return *name;
}

void RowsReader::take_hello(const Value& table) {
  check_keys(table, kHelloKeys, "key");
  const std::string name = name_in(table, "hello");
  std::vector<HelloPattern>& looks = made_.hellos[name];
  if (!looks.empty()) {
    report_.error(table.mark, fmt::format("there is another hello \"{}\"", printable(name)));
  }
  for (const Value& item : texts_in(table, "looks")) {
    if (const auto pattern = HelloPattern::parse(item.string)) {
      looks.push_back(*pattern);
    } else {
      report_.error(item.mark,
                    fmt::format("\"{}\" is not what a hello looks like, such as "
                                "\"1.2-1.3:31-27def9ce:9-5e6f7081\" or \"*:*:9-5e6f7081\"",
                                printable(item.string)));
    }
  }
  if (looks.empty() && find(table, "looks") == nullptr) {
    report_.error(table.mark, "[[hello]] needs `looks`");
  }
}

std::vector<HelloPattern> RowsReader::hellos_in(const Value& table) {
  std::vector<HelloPattern> all;
  for (const Value& item : texts_in(table, "hello")) {
    const auto own = made_.hellos.find(item.string);
    const auto shipped = known_.hellos.find(item.string);
    if (own != made_.hellos.end()) {
      all.insert(all.end(), own->second.begin(), own->second.end());
    } else if (shipped != known_.hellos.end()) {
      all.insert(all.end(), shipped->second.begin(), shipped->second.end());
    } else if (const auto pattern = HelloPattern::parse(item.string)) {
      all.push_back(*pattern);
    } else {
      std::vector<std::string_view> names;
      for (const auto& [name, looks] : made_.hellos) names.emplace_back(name);
      for (const auto& [name, looks] : known_.hellos) names.emplace_back(name);
      report_.error(item.mark, fmt::format("there is no [[hello]] \"{}\"{}", printable(item.string),
                                           meant(item.string, names)));
    }
  }
  return all;
}

std::vector<DialoguePattern> RowsReader::dialogues_in(const Value& table, std::string_view key) {
  std::vector<DialoguePattern> all;
  for (const Value& item : texts_in(table, key)) {
    std::string fault;
    if (const auto pattern = DialoguePattern::parse(item.string, fault)) {
      all.push_back(*pattern);
    } else if (fault.empty()) {
      report_.error(item.mark, fmt::format("`{}` must not hold an empty dialogue", key));
    } else {
      report_.error(item.mark,
                    fmt::format("\"{}\" is no step of a dialogue, or one too many; such as "
                                "\"CAPA STLS? USER PASS > STAT|LIST* *\"",
                                printable(fault)));
    }
  }
  return all;
}

Evidence RowsReader::evidence_in(const Value& table) {
  const auto text = text_in(table, "evidence");
  if (!text) return Evidence::kMeasured;
  for (const auto& [word, evidence] : kEvidence) {
    if (text->starts_with(word)) return evidence;
  }
  report_.error(find(table, "evidence")->mark,
                "`evidence` must begin with \"measured:\", \"source:\" or \"told:\"");
  return Evidence::kTold;
}

void RowsReader::take_client(const Value& table) {
  check_keys(table, kClientKeys, "key");
  ClientRow row{.name = name_in(table, "client")};
  row.hello = hellos_in(table);
  row.dialogue = dialogues_in(table, "dialogue");
  row.with_hello = dialogues_in(table, "with_hello");
  row.in_clear = dialogues_in(table, "in_clear");
  row.evidence = evidence_in(table);
  row.change = text_in(table, "change").value_or("");
  const std::string fault = fault_of_comment(row.change);
  if (!row.change.empty() && !fault.empty()) {
    report_.error(find(table, "change")->mark, fmt::format("`change` {}", fault));
  }
  check_whole(table, row);
  made_.rows.push_back(std::move(row));
}

// Whether the row is of any use.
void RowsReader::check_whole(const Value& table, const ClientRow& row) {
  const bool has_hello = find(table, "hello") != nullptr;
  const bool has_with = find(table, "with_hello") != nullptr;
  const bool has_dialogue =
      find(table, "dialogue") != nullptr || find(table, "in_clear") != nullptr;
  if (has_with && !has_hello) {
    report_.error(find(table, "with_hello")->mark, "`with_hello` needs `hello`");
  } else if (!has_hello && !has_dialogue && row.change.empty()) {
    report_.error(table.mark, "[[client]] needs `dialogue` or `hello`, by which it is recognised");
  } else if (!has_hello && !has_dialogue && !is_known(row.name)) {
    report_.error(table.mark, fmt::format("there is no program \"{}\" whose sentence this could be",
                                          printable(row.name)));
  }
}

bool RowsReader::is_known(std::string_view name) const noexcept {
  return std::ranges::find(known_.rows, name, &ClientRow::name) != known_.rows.end() ||
         std::ranges::find(made_.rows, name, &ClientRow::name) != made_.rows.end();
}

}  // namespace

std::expected<ClientRows, Diagnostics> read_client_rows(std::string_view text,
                                                        const ClientRows& known) {
  if (text.size() > kMaxClientsFile) {
    Diagnostic large;
    large.text = fmt::format("is larger than {} bytes", kMaxClientsFile);
    return std::unexpected(Diagnostics{std::move(large)});
  }
  const std::expected<Value, SyntaxError> root = parse_toml(text);
  if (!root) {
    Diagnostic fault;
    fault.mark = root.error().mark;
    fault.text = root.error().text;
    fault.source_line = Lines(text).at(fault.mark.line);
    return std::unexpected(Diagnostics{std::move(fault)});
  }
  return RowsReader(text, known).read(*root);
}

}  // namespace postern::conf
