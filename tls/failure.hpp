// SPDX-License-Identifier: Apache-2.0
// BoringSSL's error numbers in words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace postern::tls {

/// Takes what this thread's error queue says about the last failed call, and empties the queue.
/// The first entry of the TLS library counts, else the first; 0 when there is none.
std::uint32_t take_error() noexcept;

/// A few words for a log line, lower case; never contains bytes of the peer. 0 means that the
/// library refused without giving a reason, which it does for some malformed messages.
std::string explain(std::uint32_t code);

/// The number of the alert by which the peer ended it (RFC 8446 section 6), if it did.
std::optional<std::uint8_t> alert_in(std::uint32_t code) noexcept;

}  // namespace postern::tls
