// SPDX-License-Identifier: Apache-2.0
#include "conf/former_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace postern::conf {
namespace {

using Parts = std::span<const std::string_view>;

std::vector<std::string_view> parts_of(std::string_view name) {
  std::vector<std::string_view> parts;
  for (std::size_t dot = 0; (dot = name.find('.')) != std::string_view::npos;) {
    parts.push_back(name.substr(0, dot));
    name.remove_prefix(dot + 1);
  }
  parts.push_back(name);
  return parts;
}

Member* find(Value& table, std::string_view key) {
  const auto found = std::ranges::find(table.members, key, &Member::key);
  return found == table.members.end() ? nullptr : &*found;
}

void erase(Value& table, const Member& member) {
  table.members.erase(table.members.begin() + (&member - table.members.data()));
}

// Takes the last part out, and the tables that hold nothing else. Nothing where it is not.
std::optional<Member> taken_from(Value& table, Parts parts) {
  Member* const member = find(table, parts.front());
  if (member == nullptr) return std::nullopt;
  if (parts.size() > 1) {
    auto taken = taken_from(member->value, parts.subspan(1));
    if (taken && member->value.members.empty()) erase(table, *member);
    return taken;
  }
  Member taken = std::move(*member);
  erase(table, *member);
  return taken;
}

// The table for the last part, made where there is none. Null where something else is in the way.
Value* table_for(Value& table, Parts parts, Mark mark) {
  if (parts.size() == 1) return &table;
  if (find(table, parts.front()) == nullptr) {
    Value fresh;
    fresh.mark = mark;
    table.members.push_back(
        {.key = std::string(parts.front()), .mark = mark, .value = std::move(fresh)});
  }
  Member& next = *find(table, parts.front());
  if (next.value.kind != Kind::kTable) return nullptr;
  return table_for(next.value, parts.subspan(1), mark);
}

class Move {
 public:
  Move(const FormerName& name, Report& report) : name_(name), report_(report) {}

  void in(Value& table, Parts was, Parts now) {
    const bool shared = was.size() > 1 && now.size() > 1 && was.front() == now.front();
    if (!shared) return within(table, was, now);
    Member* const next = find(table, was.front());
    if (next == nullptr) return;
    if (next->value.kind == Kind::kTable) in(next->value, was.subspan(1), now.subspan(1));
    for (Value& item : next->value.items) {
      if (item.kind == Kind::kTable) in(item, was.subspan(1), now.subspan(1));
    }
  }

 private:
  void within(Value& table, Parts was, Parts now) {
    auto member = taken_from(table, was);
    if (!member) return;
    Value* const target = table_for(table, now, member->mark);
    if (target == nullptr) return;  // what stands in the way is told by whoever reads it
    if (find(*target, now.back()) != nullptr) {
      return report_.error(member->mark, fmt::format("`{}` is called `{}` now, and both are given",
                                                     name_.was, name_.now));
    }
    report_.warning("former-name", member->mark,
                    fmt::format("`{}` is called `{}` now", name_.was, name_.now));
    member->key = now.back();
    target->members.push_back(*std::move(member));
  }

  const FormerName& name_;
  Report& report_;
};

}  // namespace

// None yet: every key still has its first name.
std::span<const FormerName> former_names() noexcept { return {}; }

void take_former_names(Value& root, std::span<const FormerName> names, Report& report) {
  for (const FormerName& name : names) {
    const std::vector<std::string_view> was = parts_of(name.was);
    const std::vector<std::string_view> now = parts_of(name.now);
    Move(name, report).in(root, was, now);
  }
}

}  // namespace postern::conf
