// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict.hpp"

#include <utility>

namespace postern::policy {

std::string_view name_of(Decision decision) noexcept {
  switch (decision) {
    case Decision::kAllow:
      return "allow";
    case Decision::kWouldDeny:
      return "would_deny";
    case Decision::kDeny:
      return "deny";
  }
  std::unreachable();
}

std::string_view name_of(Ground ground) noexcept {
  switch (ground) {
    case Ground::kNone:
      return "";
    case Ground::kCleartext:
      return "cleartext_auth_disabled";
    case Ground::kOldTls:
      return "tls_version_too_old";
    case Ground::kMechanism:
      return "invalid_mech";
  }
  std::unreachable();
}

}  // namespace postern::policy
