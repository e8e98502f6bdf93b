// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/user_mask.hpp"

#include <utility>

namespace postern::admin {

std::string UserMask::shown(std::string_view name) const {
  if (name.empty()) return {};
  switch (way_.load()) {
    case conf::LogUser::kPlain:
      return std::string(name);
    case conf::LogUser::kHash:
      return digest_ ? digest_(name) : std::string();
    case conf::LogUser::kNone:
      return {};
  }
  std::unreachable();
}

}  // namespace postern::admin
