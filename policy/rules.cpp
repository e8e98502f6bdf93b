#include "policy/rules.hpp"

namespace postern::policy {
namespace {

Decision decide(Level level, const Facts& facts) noexcept {
  if (facts.link == Link::kTls) return Decision::kAllow;
  switch (level) {
    case Level::kTlsRequired:
      return Decision::kDeny;
    case Level::kTlsForPlaintext:
      return shows_password(facts.mechanism) ? Decision::kDeny : Decision::kAllow;
    case Level::kPlaintextAllowed:
      return Decision::kAllow;
  }
  return Decision::kDeny;
}

}  // namespace

Verdict Rules::evaluate(const Facts& facts) const noexcept {
  return {.decision = decide(level_, facts), .rule = source_};
}

}  // namespace postern::policy
