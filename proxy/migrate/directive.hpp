// SPDX-License-Identifier: Apache-2.0
// One setting of another program's file, or a block of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proxy/migrate/note.hpp"

namespace postern::migrate {

struct Directive {
  Origin at;
  std::string name;
  std::vector<std::string> values;     // its value, or words; of a block: what stands before it
  std::vector<Directive> inside = {};  // of a block
  bool is_block = false;

  /// The first value; empty if there is none.
  std::string_view value() const noexcept {
    return values.empty() ? std::string_view() : std::string_view(values.front());
  }
};

using Directives = std::vector<Directive>;

/// The most of them that a program's files may have, and how deep they may be nested.
inline constexpr std::size_t kMostDirectives = 20'000;
inline constexpr std::size_t kDeepest = 32;

}  // namespace postern::migrate
