// SPDX-License-Identifier: Apache-2.0
// One immutable generation of ticket keys, the one that seals first.
#pragma once

#include <openssl/ssl.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tls/ticket_keys.hpp"

namespace postern::tls {

/// AES-CBC with HMAC-SHA256 (RFC 5077 section 4). Wiped when destroyed.
struct TicketKey {
  static constexpr std::size_t kLong = 32;   // of our own: AES-256
  static constexpr std::size_t kShort = 16;  // of a file: AES-128

  std::array<std::uint8_t, SSL_TICKET_KEY_NAME_LEN> name{};
  std::array<std::uint8_t, kLong> cipher{};
  std::array<std::uint8_t, kLong> mac{};
  std::size_t size = kLong;  // of both, in bytes
  TicketKeys::TimePoint made;

  TicketKey() = default;
  TicketKey(const TicketKey&) = default;
  TicketKey& operator=(const TicketKey&) = default;
  ~TicketKey();

  static TicketKey random(TicketKeys::TimePoint now);
};

class TicketKeys::Ring {
 public:
  static constexpr std::size_t kGenerations = 3;
  static constexpr std::chrono::hours kPeriod{12};

  explicit Ring(std::vector<TicketKey> keys) : keys_(std::move(keys)) {}

  /// The ring that follows at `now`: a new key in front, and those that are young enough still.
  std::vector<TicketKey> next(TimePoint now) const;

  const std::vector<TicketKey>& keys() const noexcept { return keys_; }
  const TicketKey& sealing() const noexcept { return keys_.front(); }

  /// The key a ticket names (16 bytes); null when it retired or was never ours.
  const TicketKey* find(std::span<const std::uint8_t> name) const noexcept;

 private:
  std::vector<TicketKey> keys_;  // 1 to kGenerations
};

}  // namespace postern::tls
