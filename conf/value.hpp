// SPDX-License-Identifier: Apache-2.0
// A TOML document as a tree of plain values, each with its place. Knows nothing of keys that mean
// something; nothing of the parser either.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conf/diagnostic.hpp"

namespace postern::conf {

enum class Kind { kTable, kArray, kString, kInteger, kFloat, kBoolean, kDate };

struct Member;

/// One value. Which of the fields holds it is told by `kind`; a date is kept as RFC 3339 text, a
/// time alone and a float are not.
struct Value {
  Kind kind = Kind::kTable;
  Mark mark;
  std::string string;
  std::int64_t integer = 0;
  bool boolean = false;
  std::vector<Value> items;     // of an array
  std::vector<Member> members;  // of a table, in no particular order
};

struct Member {
  std::string key;
  Mark mark;  // of the key; the first one where a table is named several times
  Value value;
};

/// The kind with its article, for messages: "a string".
std::string_view name_of(Kind kind) noexcept;

}  // namespace postern::conf
