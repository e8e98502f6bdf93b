// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict.hpp"

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
  return "deny";
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
  return "";
}

}  // namespace postern::policy
