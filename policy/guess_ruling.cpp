#include "policy/guess_ruling.hpp"

#include <array>

namespace postern::policy {
namespace {

constexpr std::array<std::string_view, 3> kGateNames = {"open", "banned", "locked"};
static_assert(kGateNames.size() == static_cast<std::size_t>(Gate::kLocked) + 1);

}  // namespace

std::string_view name_of(Gate gate) noexcept { return kGateNames[static_cast<std::size_t>(gate)]; }

GuessTally& GuessTally::operator+=(const GuessTally& other) noexcept {
  banned += other.banned;
  locked += other.locked;
  guesses += other.guesses;
  repeated += other.repeated;
  locks += other.locks;
  guessing_bans += other.guessing_bans;
  spraying_bans += other.spraying_bans;
  evictions += other.evictions;
  return *this;
}

}  // namespace postern::policy
