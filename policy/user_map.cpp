// SPDX-License-Identifier: Apache-2.0
#include "policy/user_map.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <unordered_map>
#include <utility>

namespace postern::policy {
namespace {

constexpr std::string_view kGap = " \t";

bool holds_control(std::string_view text) noexcept {
  return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

// One line off the front, without its end.
std::string_view take_line(std::string_view& text) noexcept {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// One column off the front; empty at the end of the line and from a comment on.
std::string_view take_column(std::string_view& line) noexcept {
  line.remove_prefix(std::min(line.find_first_not_of(kGap), line.size()));
  if (line.starts_with('#')) line = {};
  const std::string_view column = line.substr(0, line.find_first_of(kGap));
  line.remove_prefix(column.size());
  return column;
}

// What is behind the user in the text, up to the line's end: the backend and the name there.
std::string_view third_column(std::string_view text) noexcept {
  std::string_view line = take_line(text);
  take_column(line);
  return take_column(line);
}

std::size_t lines_before(std::string_view text, std::size_t offset) noexcept {
  return static_cast<std::size_t>(std::ranges::count(text.substr(0, offset), '\n'));
}

std::string shown(std::string_view word) {
  constexpr std::size_t kMost = 80;
  std::string text = "\"";
  for (const char c : word.substr(0, kMost)) text += holds_control({&c, 1}) ? '?' : c;
  return text + (word.size() > kMost ? "...\"" : "\"");
}

}  // namespace

class UserMapParser {
 public:
  UserMapParser(std::string text, std::span<const std::string> backends) {
    map_.text_ = std::move(text);
    for (std::size_t i = 0; i < backends.size(); ++i) backends_.emplace(backends[i], i);
  }

  std::expected<UserMap, std::vector<MapFault>> run() {
    if (map_.text_.size() > UserMap::kMostBytes) {
      return std::unexpected(std::vector{MapFault{0, "is larger than 64 MiB"}});
    }
    const std::size_t users = count();
    if (users > UserMap::kMostUsers) {
      return std::unexpected(std::vector{MapFault{0, "has more than 4000000 users"}});
    }
    map_.make_room(users);
    std::string_view rest = body();
    for (line_ = 1; !rest.empty() && faults_.size() < UserMap::kMostFaults; ++line_) {
      take(take_line(rest));
    }
    if (!faults_.empty()) return std::unexpected(std::move(faults_));
    return std::move(map_);
  }

 private:
  // Without the mark that some editors put before UTF-8.
  std::string_view body() const noexcept {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    std::string_view text = map_.text_;
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    return text;
  }

  std::size_t count() const noexcept {
    std::size_t users = 0;
    std::string_view rest = body();
    while (!rest.empty()) {
      std::string_view line = take_line(rest);
      users += take_column(line).empty() ? 0 : 1;
    }
    return users;
  }

  void fault(std::string text) { faults_.push_back({line_, std::move(text)}); }

  void take(std::string_view line) {
    std::array<std::string_view, 4> columns;
    for (std::string_view& column : columns) column = take_column(line);
    const auto& [user, backend, there, more] = columns;
    if (user.empty()) return;
    if (backend.empty()) return fault("there is no backend behind " + shown(user));
    if (!more.empty()) return fault(shown(more) + " is a fourth column; there are three at most");
    if (user.size() > UserMap::kLongestName || there.size() > UserMap::kLongestName) {
      return fault("a name has more than 255 bytes");
    }
    if (holds_control(user) || holds_control(there)) {
      return fault("a name holds control characters");
    }
    const auto known = backends_.find(backend);
    if (known == backends_.end()) return fault("there is no backend " + shown(backend));
    add(user, known->second);
  }

  void add(std::string_view user, std::size_t backend) {
    UserMap::Slot& slot = map_.slots_[map_.slot_for(user)];
    if (slot.length != 0) {
      const std::size_t before = lines_before(map_.text_, slot.offset);
      return fault(shown(user) + " is already in line " + std::to_string(before + 1));
    }
    slot = {.offset = static_cast<std::uint32_t>(user.data() - map_.text_.data()),
            .backend = static_cast<std::uint16_t>(backend),
            .length = static_cast<std::uint8_t>(user.size())};
    ++map_.size_;
  }

  UserMap map_;
  std::unordered_map<std::string_view, std::size_t> backends_;
  std::size_t line_ = 0;
  std::vector<MapFault> faults_;
};

std::expected<UserMap, std::vector<MapFault>> UserMap::parse(
    std::string text, std::span<const std::string> backends) {
  return UserMapParser(std::move(text), backends).run();
}

void UserMap::make_room(std::size_t users) {
  if (users != 0) slots_.resize(std::bit_ceil(2 * users));
}

// The slot that holds the user, or the free one where it would stand. What is in a map is its
// administrator's choice: nobody else can make names collide.
std::size_t UserMap::slot_for(std::string_view user) const noexcept {
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = std::hash<std::string_view>()(user) & mask;
  while (slots_[i].length != 0 && user_at(slots_[i]) != user) i = (i + 1) & mask;
  return i;
}

std::optional<UserMap::Entry> UserMap::find(std::string_view user) const noexcept {
  if (slots_.empty() || user.empty()) return std::nullopt;
  const Slot& slot = slots_[slot_for(user)];
  if (slot.length == 0) return std::nullopt;
  const std::string_view behind = std::string_view(text_).substr(slot.offset + slot.length);
  return Entry{.backend = slot.backend, .there = third_column(behind)};
}

}  // namespace postern::policy
