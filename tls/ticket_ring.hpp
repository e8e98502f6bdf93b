// SPDX-License-Identifier: Apache-2.0
// One immutable generation of ticket keys, newest first.
#pragma once

#include <openssl/ssl.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tls/ticket_keys.hpp"

namespace postern::tls {

/// AES-256-CBC with HMAC-SHA256 (RFC 5077 section 4). Wiped when destroyed.
struct TicketKey {
  std::array<std::uint8_t, SSL_TICKET_KEY_NAME_LEN> name{};
  std::array<std::uint8_t, 32> cipher{};
  std::array<std::uint8_t, 32> mac{};
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

  const TicketKey& sealing() const noexcept { return keys_.front(); }

  /// The key a ticket names (16 bytes); null when it retired or was never ours.
  const TicketKey* find(std::span<const std::uint8_t> name) const noexcept;

 private:
  std::vector<TicketKey> keys_;  // 1 to kGenerations, newest first
};

}  // namespace postern::tls
