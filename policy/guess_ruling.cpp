// SPDX-License-Identifier: Apache-2.0
#include "policy/guess_ruling.hpp"

namespace postern::policy {

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
