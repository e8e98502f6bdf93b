// SPDX-License-Identifier: Apache-2.0
// Counts lines of a log by a key of several words, with first and last time, trend and a few hints
// a row. Its memory is bounded by the number of rows, not by the number of lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "proxy/report/timeline.hpp"

namespace postern::report {

/// A few different words, the first of the alphabet when there are more.
class Hints {
 public:
  static constexpr std::size_t kMaxWords = 4;
  static constexpr std::size_t kMaxBytes = 64;  // of a word; the rest is cut off

  /// Empty words are left out.
  void add(std::string_view word);

  /// In alphabetical order; "…" at the end when some are missing.
  std::vector<std::string> words() const;

 private:
  std::vector<std::string> words_;  // sorted
  bool more_ = false;
};

/// Remembers a great number of things that happened lately; the oldest are forgotten.
class Recent {
 public:
  /// Whether it is new. At least the last kMost things are remembered.
  bool insert(std::size_t thing);

  static constexpr std::size_t kMost = 65'536;

 private:
  std::unordered_set<std::size_t> current_;
  std::unordered_set<std::size_t> previous_;
};

struct TallyRow {
  std::vector<Hints> hints;
  std::uint64_t count = 0;
  Time first{};
  Time last{};
  Curve curve;
};

class Tally {
 public:
  static constexpr std::size_t kMaxRows = 100'000;
  static constexpr std::size_t kMaxBytes = 128;  // of a word of a key; the rest is cut off

  using Key = std::vector<std::string>;
  using Row = TallyRow;

  struct Sighting {
    Time when;
    std::span<const std::string_view> key;
    std::span<const std::string_view> hints;
    /// What happened in one session counts once a row; empty: it counts each time.
    std::string_view session;
    std::uint64_t times = 1;
  };

  static constexpr std::size_t kNone = SIZE_MAX;

  /// The timeline must outlive it. When there are `max_rows` rows, a new key goes to other(); but
  /// where its word number `address` is one, to the row of that one's network, of which there may
  /// be as many again.
  explicit Tally(const Timeline& timeline, std::size_t max_rows = kMaxRows,
                 std::size_t address = kNone);

  /// The timeline must have noted the time. All keys have the same number of words, and so have
  /// all hints.
  void add(const Sighting& sighting);

  using Entry = std::map<Key, Row>::value_type;

  /// The largest count first, then the latest, then by key. Valid until the next add().
  std::vector<const Entry*> ranked() const;

  const std::map<Key, Row>& rows() const noexcept { return rows_; }
  /// Nothing when there is none.
  const Row* find(const Key& key) const noexcept;
  /// All that found no room. Nothing when everything did.
  const std::optional<Row>& other() const noexcept { return other_; }

  const Timeline& timeline() const noexcept { return timeline_; }

 private:
  Row& row_for(const Sighting& sighting);
  Row* row_of_network(Key& key);

  const Timeline& timeline_;
  std::size_t max_rows_;
  std::size_t address_;
  std::map<Key, Row> rows_;
  std::optional<Row> other_;
  Recent sessions_;
};

}  // namespace postern::report
