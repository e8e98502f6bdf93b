// SPDX-License-Identifier: Apache-2.0
// How many sessions each user has, over all workers: cut into parts that each have a lock, touched
// at a login and at the end of its session. A login is counted before the backend is asked, with
// its password, so that logins side by side never exceed the limit, and who guesses passwords takes
// nobody's place; by its name it is counted once it is in, whatever its password.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "policy/sip_hash.hpp"
#include "proxy/session/user_ticket.hpp"

namespace postern::server {

class UserCrowd final : public session::UserTicket::Issuer {
 public:
  using Keys = session::UserTicket::Keys;

  /// Draws its own secret key.
  UserCrowd();

  /// In any case of letters, with blanks around it or not. 0 for an empty name.
  std::uint64_t key_of(std::string_view name) const noexcept;

  /// Counts one session of this user until the ticket dies, unless it were more than `most`: then
  /// nothing is counted. 0 is any number. A key that is 0 is not counted.
  std::optional<session::UserTicket> enter(const Keys& keys, std::uint32_t most);

  /// The same without a ticket: whether one was counted, which log_in() and give_back() go on with.
  bool admit(const Keys& keys, std::uint32_t most);

  void log_in(const Keys& keys) noexcept override;
  void give_back(const Keys& keys, session::UserTicket::Standing standing) noexcept override;

  /// Sessions of the user who has most of those that are logged in.
  std::uint32_t busiest() const;

 private:
  static constexpr std::size_t kParts = 16;
  using Counts = std::unordered_map<std::uint64_t, std::uint32_t>;  // never 0

  // Apart, so that two workers in two parts do not share a line of the processor's cache.
  struct alignas(64) Part {
    mutable std::mutex mutex;
    Counts accounts;
    Counts names;
  };

  static void take(Counts& counts, std::uint64_t key) noexcept;
  Part& part_of(std::uint64_t key) noexcept { return parts_[key % kParts]; }

  policy::HashKey key_;
  std::array<Part, kParts> parts_;
};

}  // namespace postern::server
