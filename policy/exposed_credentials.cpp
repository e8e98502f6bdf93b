#include "policy/exposed_credentials.hpp"

#include <bit>
#include <tuple>

namespace postern::policy {
namespace {

/// A digest as two numbers. Each is compared in one step, so that time says nothing about how much
/// of it is right.
struct Halves {
  std::uint64_t first;
  std::uint64_t rest;
};

Halves halves_of(const ExposedCredentials::Digest& digest) noexcept {
  return std::bit_cast<Halves>(digest);
}

}  // namespace

void ExposedCredentials::remember(const Digest& digest, TimePoint now) noexcept {
  const Halves halves = halves_of(digest);
  Entry& entry = entries_.claim(
      halves.first, [](const Entry& held) { return std::tuple(held.standing, held.seen); });
  if (entry.rest != halves.rest) entry = {halves.rest, now, Standing::kClaimed};
  entry.seen = now;
}

bool ExposedCredentials::contains(const Digest& digest) const noexcept {
  const Halves halves = halves_of(digest);
  const Entry* const entry = entries_.find(halves.first);
  return entry != nullptr && entry->rest == halves.rest;
}

void ExposedCredentials::confirm(const Digest& digest) noexcept {
  if (contains(digest)) entries_.find(halves_of(digest).first)->standing = Standing::kConfirmed;
}

void ExposedCredentials::forget(const Digest& digest) noexcept {
  if (contains(digest)) entries_.erase(halves_of(digest).first);
}

}  // namespace postern::policy
