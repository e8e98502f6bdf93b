// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/page_template.hpp"

#include <nlohmann/json.hpp>
#include <ranges>
#include <utility>
#include <vector>

namespace postern::admin {
namespace {

using nlohmann::json;

constexpr std::string_view kOpen = "{{";
constexpr std::string_view kClose = "}}";

struct Tag {
  std::string_view before;  // text
  char kind = ' ';          // '#', '^', '/', or ' ' for a value
  std::string_view name;
};

class Filling {
 public:
  explicit Filling(const json& values) : scopes_{&values} {}

  void fill(std::string_view page) {
    for (Tag tag; next(page, tag);) {
      text_ += tag.before;
      if (tag.kind == '#' || tag.kind == '^') {
        section(tag, inside(page, tag.name));
      } else if (tag.kind == ' ') {
        text_ += escaped(words_of(find(tag.name)));
      }
    }
    text_ += page;
  }

  std::string take() { return std::move(text_); }

 private:
  static bool next(std::string_view& page, Tag& tag) {
    const std::size_t open = page.find(kOpen);
    const std::size_t close = page.find(kClose, open);
    if (open == std::string_view::npos || close == std::string_view::npos) return false;
    tag = {.before = page.substr(0, open),
           .name = page.substr(open + kOpen.size(), close - open - kOpen.size())};
    if (tag.name.starts_with('#') || tag.name.starts_with('^') || tag.name.starts_with('/')) {
      tag.kind = tag.name.front();
      tag.name.remove_prefix(1);
    }
    page.remove_prefix(close + kClose.size());
    return true;
  }

  // Up to the end of this section, which is taken off the page; one in it may have the same name.
  static std::string_view inside(std::string_view& page, std::string_view name) {
    const std::string_view whole = page;
    int depth = 1;
    for (Tag tag; next(page, tag);) {
      if (tag.name != name || tag.kind == ' ') continue;
      depth += tag.kind == '/' ? -1 : 1;
      if (depth != 0) continue;
      const auto end = static_cast<std::size_t>(tag.before.data() - whole.data());
      return whole.substr(0, end + tag.before.size());
    }
    page = {};
    return whole;
  }

  void section(const Tag& tag, std::string_view body) {
    const json& value = find(tag.name);
    if (!is_something(value)) {
      if (tag.kind == '^') fill(body);
      return;
    }
    if (tag.kind == '^') return;
    if (!value.is_array()) {
      within(value, body);
      return;
    }
    for (const json& one : value) within(one, body);
  }

  void within(const json& scope, std::string_view body) {
    scopes_.push_back(&scope);
    fill(body);
    scopes_.pop_back();
  }

  const json& find(std::string_view name) const {
    static const json kNothing;
    if (name == ".") return *scopes_.back();
    for (const json* scope : std::views::reverse(scopes_)) {
      if (!scope->is_object()) continue;
      const auto found = scope->find(name);
      if (found != scope->end()) return *found;
    }
    return kNothing;
  }

  static bool is_something(const json& value) {
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_number()) return value.get<double>() != 0.0;
    if (value.is_string()) return !value.get_ref<const std::string&>().empty();
    return !value.empty();
  }

  static std::string words_of(const json& value) {
    if (value.is_null()) return {};
    if (value.is_string()) return value.get<std::string>();
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
  }

  std::vector<const json*> scopes_;  // innermost last
  std::string text_;
};

}  // namespace

std::string escaped(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  for (const char one : text) {
    switch (one) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += static_cast<unsigned char>(one) < 0x20 ? ' ' : one;
    }
  }
  return safe;
}

std::string filled(std::string_view page, const json& values) {
  Filling filling(values);
  filling.fill(page);
  return filling.take();
}

}  // namespace postern::admin
