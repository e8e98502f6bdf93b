// SPDX-License-Identifier: Apache-2.0
#include "proxy/migrate/settle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "conf/reader.hpp"
#include "proxy/migrate/blueprint_toml.hpp"

namespace postern::migrate {
namespace {

constexpr std::size_t kMostRounds = 200;
// Without these a table has no sense.
constexpr std::string_view kVital[] = {"name",     "address", "tls",   "cert_file",
                                       "key_file", "backend", "users", "listeners"};

// What a note calls it.
std::string name_of(const Table& table, const Entry* entry) {
  if (entry == nullptr) return table.header;
  if (entry->from.empty()) return fmt::format("{} {}", table.header, entry->key);
  return fmt::format("{} ({} {})", entry->from, table.header, entry->key);
}

void take_out(Blueprint& blueprint, const Origin& file, const Written::Line& what,
              const std::string& why) {
  auto* const table = const_cast<Table*>(what.table);
  const bool whole = what.entry >= table->entries.size();
  const Entry* const entry = whole ? nullptr : &table->entries[what.entry];
  blueprint.left_out(file, name_of(*table, entry), why);
  const bool vital = whole || (table->header.starts_with("[[") &&
                               std::ranges::find(kVital, entry->key) != std::end(kVital));
  if (vital && table->header.starts_with("[[")) return blueprint.erase(table);
  if (whole) return table->entries.clear();
  table->entries.erase(table->entries.begin() + static_cast<std::ptrdiff_t>(what.entry));
}

}  // namespace

std::expected<std::string, std::string> settle(Blueprint& blueprint, const Origin& file) {
  std::string why = "too much of it is wrong";
  for (std::size_t round = 0; round < kMostRounds; ++round) {
    Written written = toml_of(blueprint);
    const auto document = conf::read_text(written.text, "the result");
    if (document) return std::move(written.text);
    const auto fault =
        std::ranges::find(document.error(), conf::Severity::kError, &conf::Diagnostic::severity);
    const std::size_t line = fault->mark.line;
    if (line == 0 || line > written.lines.size() || written.lines[line - 1].table == nullptr) {
      return std::unexpected(fault->text);
    }
    take_out(blueprint, file, written.lines[line - 1], fault->text);
    why = fault->text;
  }
  return std::unexpected(why);
}

}  // namespace postern::migrate
