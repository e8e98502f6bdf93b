// SPDX-License-Identifier: Apache-2.0
#include "conf/value.hpp"

#include <utility>

namespace postern::conf {

std::string_view name_of(Kind kind) noexcept {
  switch (kind) {
    case Kind::kTable:
      return "a table";
    case Kind::kArray:
      return "a list";
    case Kind::kString:
      return "a string";
    case Kind::kInteger:
      return "a whole number";
    case Kind::kFloat:
      return "a decimal number";
    case Kind::kBoolean:
      return "a boolean";
    case Kind::kDate:
      return "a date or time";
  }
  std::unreachable();
}

}  // namespace postern::conf
