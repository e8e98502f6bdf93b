// SPDX-License-Identifier: Apache-2.0
// What strangers may make the log write. Each place has a bounded number of lines until the next
// turn(); what is beyond is counted by place, event and reason, and told as sums then. A user who
// has logged in before is kept apart from who else is at that place, and named in the sum of it.
// All memory is bounded: who finds no room is counted without a place. It never asks the time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "conf/settings.hpp"
#include "policy/bounded_table.hpp"
#include "policy/network.hpp"
#include "policy/sip_hash.hpp"

namespace postern::admin {

/// A line that somebody who has not logged in gives rise to.
struct StrangersLine {
  enum class Kind : std::uint8_t {
    kConnection,  // somebody came, and went or was sent away
    kLogin,       // somebody tried to log in
  };

  policy::IpAddress address = {};  // "::" when it is about nobody
  Kind kind = Kind::kConnection;
  std::string_view user = {};  // outside data; empty when there is none
  conf::LogLevel level = conf::LogLevel::kInfo;
  std::string_view event = {};   // words of the program's own, of which there are few
  std::string_view reason = {};  // likewise; empty when there is none
};

/// Lines that were not written, of one kind.
struct LeftOut {
  std::string
      place;  // as a network is written; empty: of all places that found no room, or of none
  std::string first;  // its first address
  std::string user;   // of one who has logged in before; empty for all others
  conf::LogLevel level = conf::LogLevel::kInfo;
  std::string event;
  std::string reason;
  std::uint64_t lines = 0;
};

class LineQuota {
 public:
  /// Lines until the next turn: of one event and reason at a place, of a place, of all places.
  struct Bound {
    std::uint32_t alike;
    std::uint32_t place;
    std::uint32_t all;
  };
  static constexpr Bound kConnections{20, 60, 1'200};
  static constexpr Bound kLogins{40, 120, 2'400};
  /// Of one user at one place; `all` is of all such users.
  static constexpr Bound kKnownUsers{20, 60, 6'000};
  /// Sums that one turn tells of places, the greatest first; the rest is told without a place.
  static constexpr std::size_t kMostSums = 200;
  static constexpr std::size_t kUsers = 65'536;

  LineQuota();

  /// What is one place. Networks that are exempt have no bound of their own, only that of all.
  void configure(policy::GuessLimits places);

  /// Whether the line is to be written. If not, it is counted.
  bool grants(const StrangersLine& line);

  /// This user has logged in: from now on this one is known, until many others have come.
  void know(std::string_view user) noexcept;

  /// Ends a turn; what was left out in it.
  std::vector<LeftOut> turn();

 private:
  struct Count {
    conf::LogLevel level;
    std::string event;
    std::string reason;
    std::uint32_t written = 0;
    std::uint64_t left_out = 0;
  };
  struct Source {
    std::uint32_t written = 0;
    std::vector<Count> counts;  // few: one an event and reason
  };
  struct Budget {
    Bound bound;
    std::uint32_t written = 0;
  };
  struct Seen {
    std::uint64_t turn;
  };
  enum class Whose : std::uint8_t { kConnections, kLogins, kKnownUsers };
  using Key = std::tuple<Whose, policy::Network, std::string>;

  static Count& count_for(std::vector<Count>& counts, const StrangersLine& line);
  Budget& budget_of(Whose whose) noexcept;
  std::uint64_t digest_of(std::string_view user) const noexcept;
  bool is_known(std::string_view user) const noexcept;
  bool is_exempt(const policy::IpAddress& address) const noexcept;

  policy::GuessLimits places_;
  policy::HashKey key_;
  std::uint64_t turn_ = 1;
  Budget connections_{kConnections};
  Budget logins_{kLogins};
  Budget known_users_{kKnownUsers};
  std::map<Key, Source> sources_;  // of those who had a line, so no more than there are lines
  std::vector<Count> crowd_;       // all others
  policy::BoundedTable<Seen> users_{kUsers};
};

}  // namespace postern::admin
