// SPDX-License-Identifier: Apache-2.0
// What a backend says that it can do (RFC 2449 section 5): read from its CAPA, and remembered for
// the clients that ask before a login. Only what postern can vouch for is understood; names,
// versions and extensions of the inside are not even kept.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/capability.hpp"

namespace postern::pop3 {

/// One backend's list, as one user reads it.
struct BackendCapabilities {
  policy::CapabilitySet has;
  std::string expire;       // well-formed argument of EXPIRE; empty when it is not in `has`
  std::string login_delay;  // likewise

  bool operator==(const BackendCapabilities&) const = default;
};

/// A list with more lines was not made by a POP3 server.
inline constexpr std::size_t kMostCapabilities = 100;

/// The body of a reply to CAPA, line by line.
class CapabilityReader {
 public:
  /// One line without its end; not the terminator. Returns whether the list is still of a size that
  /// makes sense.
  [[nodiscard]] bool take(std::string_view line);

  const BackendCapabilities& list() const noexcept { return list_; }

 private:
  std::size_t lines_ = 0;
  BackendCapabilities list_;
};

/// What the last session learned, shared by the sessions of all workers; asked only for a CAPA. The
/// arguments are not in it: they may be one user's.
class LearnedCapabilities {
 public:
  enum class News : std::uint8_t { kNone, kFirst, kChanged };

  News learn(policy::CapabilitySet set) noexcept;
  /// Empty as long as nothing is known.
  std::optional<policy::CapabilitySet> get() const noexcept;

 private:
  static constexpr std::uint32_t kUnknown = 0xFFFFFFFF;

  std::atomic<std::uint32_t> bits_{kUnknown};
};

}  // namespace postern::pop3
