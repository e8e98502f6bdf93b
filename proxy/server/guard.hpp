// SPDX-License-Identifier: Apache-2.0
// The guard against guessing for all workers: the policy's, cut into parts that each have a lock.
// All that concerns one place is in one part, so a call takes one lock for a few hundred
// nanoseconds; it is made at accept and at the two ends of a login, never for a byte.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "policy/guess_guard.hpp"
#include "policy/right_secrets.hpp"
#include "tls/keyed_hash.hpp"

namespace postern::server {

class Guard {
 public:
  /// `capacity` is of all parts together. The keys of its tables are made with the hash, so what
  /// was kept of another guard with the same hash can be restored.
  explicit Guard(const policy::GuessLimits& limits, const policy::GuardCapacity& capacity = {},
                 const tls::KeyedHash& hash = {});

  /// From now on, for the sessions that run as well.
  void configure(const policy::GuessLimits& limits);

  /// How many networks are banned now; not those that only would be.
  std::size_t banned(policy::TimePoint now) const;

  /// Before anything is spent on a connection.
  policy::GateRuling at_accept(const policy::IpAddress& address, policy::TimePoint now);

  /// A complete login, before the backend is contacted. If the ruling does not refuse, exactly one
  /// of the next three follows, with its charge.
  policy::GateRuling before_login(const policy::LoginTry& login, policy::TimePoint now);
  policy::FailureRuling after_failure(const policy::LoginTry& login, const policy::Charge& charge,
                                      policy::Said said, policy::TimePoint now);
  void after_success(const policy::LoginTry& login, const policy::Charge& charge,
                     policy::TimePoint now);
  void after_no_answer(const policy::LoginTry& login, const policy::Charge& charge,
                       policy::TimePoint now);

  struct Banned {
    policy::Ban ban;
    std::string comment;  // an administrator's
  };

  /// An administrator's ban, from now on: it holds for known users, too, and takes the place of
  /// what was there for the same network. Anywhere in it, however wide it is. kFull: nothing was
  /// added.
  policy::BanList::Outcome ban(const policy::Network& network, policy::TimePoint until,
                               std::string comment, policy::TimePoint now);
  /// A ban of a process before this one, or of another machine, automatic or not. Whether there was
  /// none of this network.
  bool restore(const Banned& banned, policy::TimePoint now);
  /// Whether there was one of exactly this network, an administrator's or not.
  bool unban(const policy::Network& network);

  /// Those that are not over, by network.
  std::vector<Banned> bans(policy::TimePoint now) const;
  /// How many there are, of how many that there may be at most, in the part that has most.
  struct BanRoom {
    std::size_t taken = 0;
    std::size_t most = 0;
  };
  BanRoom ban_room() const;

  /// Where users usually come from, for what outlives the process. `part` is one of kParts.
  struct KnownPlace {
    std::uint8_t part = 0;
    policy::KnownPlaces::Record record;
  };
  static constexpr std::size_t kParts = 16;
  std::uint64_t known_changes() const;
  std::vector<KnownPlace> known() const;
  void restore(const std::vector<KnownPlace>& known);

 private:
  // Apart, so that two workers in two parts do not share a line of the processor's cache.
  struct alignas(64) Part {
    mutable std::mutex mutex;
    policy::GuessGuard guard;

    Part(const policy::GuessLimits& limits, const policy::GuardCapacity& capacity,
         const policy::HashKey& key)
        : guard(limits, capacity, key) {}
  };

  Part& part_of(const policy::IpAddress& address) noexcept;
  policy::LoginTry as_known(const policy::LoginTry& login) const;

  policy::HashKey key_;
  std::size_t bans_of_a_part_;
  std::atomic<unsigned> ipv4_prefix_;
  std::atomic<unsigned> ipv6_prefix_;
  std::array<std::unique_ptr<Part>, kParts> parts_;

  mutable std::mutex comments_mutex_;
  std::map<policy::Network, std::string> comments_;  // of administrators' bans

  // A password is a user's from wherever it is sent, so they belong to no part.
  mutable std::mutex right_mutex_;
  policy::RightSecrets right_;
};

}  // namespace postern::server
