// SPDX-License-Identifier: Apache-2.0
// What the engine answers (RESP2): a value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace postern::cluster {

struct Reply {
  enum class Kind : std::uint8_t {
    kNothing,
    kInteger,
    kText,
    kError,  // its word and its reason are in `text`: "NOAUTH Authentication required."
    kList,
  };

  Kind kind = Kind::kNothing;
  std::int64_t integer = 0;
  std::string text = {};
  std::vector<Reply> list = {};

  bool is_text() const noexcept { return kind == Kind::kText; }
  bool is_error() const noexcept { return kind == Kind::kError; }
  bool is_list() const noexcept { return kind == Kind::kList; }

  bool operator==(const Reply&) const = default;
};

}  // namespace postern::cluster
