// SPDX-License-Identifier: Apache-2.0
// A file of ticket keys that several machines share: three keys of 48 random bytes, as nginx and
// HAProxy lay each of them out. A new file is the old one with a fresh key before it and the last
// one cut off, so that machines which have it and machines which do not open each other's tickets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>

#include "tls/error.hpp"
#include "tls/ticket_keys.hpp"

namespace postern::tls {

/// One key: 16 bytes of name, 16 for AES-128, 16 for HMAC-SHA256.
inline constexpr std::size_t kTicketKeyBytes = 48;
/// The next key, which opens; the current one, which seals and opens; the old one, which opens.
inline constexpr std::size_t kTicketFileBytes = 3 * kTicketKeyBytes;

/// The keys of a file's bytes. An error, which names no file, for any other number of them, for a
/// key that is nothing but zeros, and for one that stands there twice.
[[nodiscard]] std::expected<std::shared_ptr<const TicketKeys::Ring>, Error> parse_ticket_keys(
    std::span<const std::uint8_t> bytes);

/// Reads the file. The error names it by its last component.
[[nodiscard]] std::expected<std::shared_ptr<const TicketKeys::Ring>, Error> load_ticket_keys(
    const std::string& path);

}  // namespace postern::tls
