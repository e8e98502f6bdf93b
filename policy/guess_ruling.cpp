#include "policy/guess_ruling.hpp"

#include <array>

namespace postern::policy {
namespace {

constexpr std::array<std::string_view, 5> kGateNames = {"open", "banned", "locked", "crowded",
                                                        "remembered"};
static_assert(kGateNames.size() == static_cast<std::size_t>(Gate::kRemembered) + 1);

}  // namespace

std::string_view name_of(Gate gate) noexcept { return kGateNames[static_cast<std::size_t>(gate)]; }

GuessTally& GuessTally::operator+=(const GuessTally& other) noexcept {
  banned += other.banned;
  locked += other.locked;
  crowded += other.crowded;
  remembered += other.remembered;
  guesses += other.guesses;
  repeated += other.repeated;
  former += other.former;
  locks += other.locks;
  guessing_bans += other.guessing_bans;
  spraying_bans += other.spraying_bans;
  evictions += other.evictions;
  return *this;
}

}  // namespace postern::policy
