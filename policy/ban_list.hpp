// SPDX-License-Identifier: Apache-2.0
// Networks that are turned away for a while, and why. Bounded.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "policy/guess_limits.hpp"
#include "policy/network.hpp"
#include "policy/window_count.hpp"

namespace postern::policy {

enum class BanReason : std::uint8_t {
  kGuessing,  // too many wrong passwords
  kSpraying,  // wrong passwords for too many users
  kOpaque,    // too many failed logins that only the backend can tell apart
  kManual,    // an administrator said so
};

inline constexpr std::size_t kBanReasonCount = static_cast<std::size_t>(BanReason::kManual) + 1;

/// "guessing", "spraying", "opaque_failures", "manual".
std::string_view name_of(BanReason reason) noexcept;

struct Ban {
  Network network;
  BanReason reason = BanReason::kManual;
  GuardMode mode = GuardMode::kEnforce;
  TimePoint until = TimePoint::max();  // from then on it is over; max() is never

  bool operator==(const Ban&) const = default;
};

class BanList {
 public:
  enum class Outcome : std::uint8_t {
    kAdded,
    kProlonged,  // the network was banned already: the later end holds, or what is manual
    kFull,       // of manual bans, and nothing was added
  };

  /// `capacity`: how many bans there can be.
  explicit BanList(std::size_t capacity) noexcept : capacity_(capacity) {}

  /// When full, those go that are over, then the automatic one that ends first: whoever wants a ban
  /// out before its time has to earn as many others as the list holds.
  Outcome add(const Ban& ban, TimePoint now);
  /// Whether there was one of exactly this network.
  bool remove(const Network& network);
  /// Forgets what was only reported.
  void remove_reported();

  /// The ban that an address is under; a manual one before others. Null when there is none. Valid
  /// until the list changes.
  const Ban* find(const IpAddress& address, TimePoint now) const noexcept;

  /// Those that are not over, by network.
  std::vector<Ban> list(TimePoint now) const;
  /// How many of those are enforced.
  std::size_t count(TimePoint now) const noexcept;
  std::size_t size() const noexcept { return bans_.size(); }
  /// Roughly all the memory that it can ever take.
  std::size_t bytes() const noexcept;

 private:
  void make_room(TimePoint now);
  void erase(std::map<Network, Ban>::iterator position);

  std::size_t capacity_;
  std::map<Network, Ban> bans_;
  std::array<std::uint32_t, 129> v4_prefixes_{};  // how many bans have that prefix
  std::array<std::uint32_t, 129> v6_prefixes_{};
};

}  // namespace postern::policy
