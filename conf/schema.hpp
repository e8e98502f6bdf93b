// SPDX-License-Identifier: Apache-2.0
// What keys there are. Reading, printing, suggestions and the documented meaning all follow one
// table, which stands in the order of the documentation: that of every key of postern.toml.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "conf/settings.hpp"

namespace postern::conf {

/// What a key's value belongs to: the settings, and for a key in a list of tables or in a table
/// below its elements the element's index.
struct Target {
  Settings* settings = nullptr;
  std::size_t index = 0;
};

template <typename T>
using At = T& (*)(Target);

/// The end of a sentence that begins with the key, or nothing for a good text.
using Fault = std::string (*)(std::string_view text);

struct Text {
  At<std::string> at;
  Fault fault;
};

struct Texts {
  At<std::vector<std::string>> at;
  Fault fault;
};

enum class EndpointUse { kListen, kConnect };

struct Endpoints {
  At<std::vector<Endpoint>> at;
  EndpointUse use;
  bool may_be_empty = false;
};

struct Number {
  At<std::uint32_t> at;
  std::uint32_t least;
  std::uint32_t most;
};

/// A number of bytes.
struct Size {
  At<std::uint32_t> at;
  std::uint32_t least;
  std::uint32_t most;
};

struct Duration {
  At<milliseconds> at;
  milliseconds most;
};

/// How often something may happen.
struct Pacing {
  At<policy::Rate> at;
};

/// A list of networks.
struct Networks {
  At<std::vector<policy::Network>> at;
};

/// A day, which begins at 00:00 UTC, or a moment.
struct Date {
  At<std::optional<policy::Moment>> at;
};

struct Flag {
  At<bool> at;
};

enum class Support { kNow, kLater };

/// One word of an enumeration. The first with a value is the one that is printed for it.
struct WordName {
  std::string_view word;
  int value = 0;
  Support support = Support::kNow;
};

/// One word. `alias` understands further spellings.
struct Word {
  std::span<const WordName> names;
  std::optional<int> (*get)(Target);
  void (*set)(Target, int);
  std::optional<int> (*alias)(std::string_view);
};

/// A word that may stand in the place of a list of words, such as "auto".
struct Shorthand {
  std::string_view word;
  bool (*is)(Target);  // whether the word is printed and not the list; null: never
  void (*set)(Target);
};

/// A set of words.
struct Words {
  std::span<const WordName> names;
  std::vector<int> (*get)(Target);
  void (*add)(Target, int);
  void (*clear)(Target);
  std::optional<Shorthand> shorthand = std::nullopt;
};

/// A list of tables. `add` appends an element whose `[[...]]` stands at the mark.
struct List {
  void (*add)(Settings&, Mark);
  std::size_t (*size)(const Settings&);
};

using Field = std::variant<List, Text, Texts, Endpoints, Number, Size, Duration, Pacing, Networks,
                           Date, Flag, Word, Words>;

enum class Presence { kOptional, kRequired };

struct Key {
  std::string_view name;  // in full: "listener.address"
  Field field;
  std::string_view meaning;  // one line, for a reader of the configuration
  std::string_view example;  // as TOML; what a wrong value is told to look like
  Presence presence = Presence::kOptional;
};

/// A set of keys. An element of a list may hold tables ("backend.health.rise" in `[backend.health]`
/// after its `[[backend]]`), but no list of its own: a target has one index.
class Schema {
 public:
  /// In the order of the documentation; they must outlive the schema.
  explicit Schema(std::span<const Key> keys);

  std::span<const Key> keys() const noexcept { return keys_; }

  /// The key of that full name, or null.
  const Key* find(std::string_view name) const noexcept;

  /// Whether some key's name begins with this one and a dot.
  bool is_section(std::string_view name) const noexcept;

  /// The list of tables that a key belongs to ("listener" for "listener.name"), or null.
  const Key* list_of(const Key& key) const noexcept;

  /// The key or table that was probably meant by an unknown one; empty when none was.
  std::string_view meant_by(std::string_view name) const;

 private:
  std::string_view elsewhere(std::string_view name) const;
  std::string_view sibling(std::string_view name) const;

  std::span<const Key> keys_;
  std::vector<std::string_view> names_;  // of the keys and of the tables they stand in
};

/// All keys of postern.toml.
const Schema& schema();

/// The last part of a full name.
std::string_view leaf_of(std::string_view name) noexcept;

/// The table of a full name, "limits" of "limits.max_connections"; empty at the top.
std::string_view table_of(std::string_view name) noexcept;

}  // namespace postern::conf
