// SPDX-License-Identifier: Apache-2.0
#include "conf/origins.hpp"

#include <fmt/format.h>

#include <string>

#include "conf/fields.hpp"

namespace postern::conf {
namespace {

class Collector {
 public:
  Collector(const Reading& reading, const Schema& schema)
      : reading_(reading), schema_(schema), settings_(reading.settings) {}

  std::vector<Origin> collect();

 private:
  void elements(const Key& list, const List& field);
  void add(const Key& key, std::string path, std::size_t index);

  const Reading& reading_;
  const Schema& schema_;
  Settings settings_;  // the schema's accessors give references to what may be written
  std::vector<Origin> origins_;
};

void Collector::add(const Key& key, std::string path, std::size_t index) {
  std::optional<std::string> value =
      print_field(key, Target{.settings = &settings_, .index = index});
  if (!value) return;
  const Mark mark = reading_.mark_of(path);
  origins_.push_back({.key = std::move(path), .value = std::move(*value), .mark = mark});
}

void Collector::elements(const Key& list, const List& field) {
  for (std::size_t i = 0; i < field.size(settings_); ++i) {
    for (const Key& key : schema_.keys()) {
      if (schema_.list_of(key) != &list) continue;
      add(key, fmt::format("{}[{}]{}", list.name, i, key.name.substr(list.name.size())), i);
    }
  }
}

std::vector<Origin> Collector::collect() {
  for (const Key& key : schema_.keys()) {
    if (const List* const list = std::get_if<List>(&key.field)) {
      elements(key, *list);
    } else if (schema_.list_of(key) == nullptr) {
      add(key, std::string(key.name), 0);
    }
  }
  return std::move(origins_);
}

}  // namespace

std::vector<Origin> origins_of(const Reading& reading, const Schema& schema) {
  return Collector(reading, schema).collect();
}

}  // namespace postern::conf
