// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/table_json.hpp"

#include <nlohmann/json.hpp>

#include "proxy/report/printable.hpp"

namespace postern::report {
namespace {

using nlohmann::ordered_json;

struct Value {
  ordered_json operator()(std::monostate) const { return nullptr; }
  ordered_json operator()(const std::string& text) const { return for_file(text); }
  ordered_json operator()(std::uint64_t number) const { return number; }
  ordered_json operator()(Time time) const { return policy::exact_text(time); }
  ordered_json operator()(const Trend& trend) const {
    return {{kBefore, trend.before}, {kAfter, trend.after}};
  }
  ordered_json operator()(const Words& words) const {
    ordered_json list = ordered_json::array();
    for (const std::string& word : words) list.push_back(for_file(word));
    return list;
  }
};

}  // namespace

ordered_json table_json(const Table& table) {
  ordered_json list = ordered_json::array();
  for (const auto& row : table.rows) {
    ordered_json object = ordered_json::object();
    for (std::size_t i = 0; i < row.size(); ++i) {
      object[std::string(table.columns[i].name)] = std::visit(Value{}, row[i]);
    }
    list.push_back(std::move(object));
  }
  return list;
}

}  // namespace postern::report
