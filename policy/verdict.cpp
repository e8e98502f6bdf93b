#include "policy/verdict.hpp"

namespace postern::policy {

std::string_view name_of(Decision decision) noexcept {
  switch (decision) {
    case Decision::kAllow:
      return "allow";
    case Decision::kDeny:
      return "deny";
  }
  return "deny";
}

}  // namespace postern::policy
