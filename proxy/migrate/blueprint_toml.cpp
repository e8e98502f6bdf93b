// SPDX-License-Identifier: Apache-2.0
#include "proxy/migrate/blueprint_toml.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "proxy/report/printable.hpp"

namespace postern::migrate {
namespace {

class Page {
 public:
  void line(std::string_view text, Written::Line what) {
    written_.text += text;
    written_.text += '\n';
    written_.lines.push_back(what);
  }
  // Nothing in a comment can end it.
  void comment(std::string_view text) { line("# " + report::for_file(text), {}); }

  void table(const Table& one) {
    if (one.empty()) return;
    line("", {});
    if (!one.remark.empty()) comment(one.remark);
    line(one.header, {&one, one.entries.size()});
    for (std::size_t i = 0; i < one.entries.size(); ++i) {
      const Entry& entry = one.entries[i];
      const std::string setting = fmt::format("{} = {}", entry.key, entry.value);
      line(entry.from.empty() ? setting
                              : fmt::format("{}  # {}", setting, report::for_file(entry.from)),
           {&one, i});
    }
  }

  Written take() { return std::move(written_); }

 private:
  Written written_;
};

}  // namespace

Written toml_of(Blueprint& blueprint) {
  Page page;
  page.comment(fmt::format("Made by `postern import` from {}.", blueprint.source));
  page.comment(
      "What could not be taken over was told on standard error. Next: postern check -c FILE");
  for (const Table* const table : blueprint.tables()) page.table(*table);
  return page.take();
}

}  // namespace postern::migrate
