// SPDX-License-Identifier: Apache-2.0
// A route's `map_file`: which backend each of many users has, and what they are called there. Made
// for a million users: the text of the file, and an index of eight bytes a place beside it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace postern::policy {

/// Something that is wrong with a map; line 0: with all of it.
struct MapFault {
  std::size_t line = 0;
  std::string text;

  bool operator==(const MapFault&) const = default;
};

class UserMap {
 public:
  static constexpr std::size_t kMostBytes = std::size_t{64} << 20;  // of a file
  static constexpr std::size_t kMostUsers = 4'000'000;
  static constexpr std::size_t kMostFaults = 20;  // that are told
  static constexpr std::size_t kLongestName = 255;

  struct Entry {
    std::size_t backend = 0;  // position among the backends
    std::string_view there;   // what the user is called there; empty: as typed
  };

  UserMap() = default;
  /// An entry is looked up in the text where it stands.
  UserMap(UserMap&&) noexcept = default;
  UserMap& operator=(UserMap&&) noexcept = default;

  /// Reads lines "USER BACKEND [NAME THERE]", in columns between blanks or tabs. What begins with
  /// "#", alone or behind a blank, is a comment. On failure every fault there is, up to
  /// kMostFaults.
  [[nodiscard]] static std::expected<UserMap, std::vector<MapFault>> parse(
      std::string text, std::span<const std::string> backends);

  /// Exactly this name. Valid as long as the map.
  std::optional<Entry> find(std::string_view user) const noexcept;

  std::size_t size() const noexcept { return size_; }
  /// What it occupies.
  std::size_t bytes() const noexcept { return text_.capacity() + slots_.size() * sizeof(Slot); }

 private:
  friend class UserMapParser;

  struct Slot {
    std::uint32_t offset = 0;  // of the user in the text
    std::uint16_t backend = 0;
    std::uint8_t length = 0;  // of the user; 0: a free slot
  };
  static_assert(sizeof(Slot) == 8);

  void make_room(std::size_t users);
  std::string_view user_at(const Slot& slot) const noexcept {
    return std::string_view(text_).substr(slot.offset, slot.length);
  }
  std::size_t slot_for(std::string_view user) const noexcept;

  std::string text_;
  std::vector<Slot> slots_;  // a power of two of them, at most half in use; or none
  std::size_t size_ = 0;
};

}  // namespace postern::policy
