// SPDX-License-Identifier: Apache-2.0
// OCSP responses (RFC 6960), as far as a server needs to look into one before it staples it: what
// it says, about which certificate, and for how long. The signature is the client's to check.
#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "tls/certificate.hpp"

namespace postern::tls {

/// The most that a response may have; with a responder's certificates a few KiB are usual.
inline constexpr std::size_t kMaxOcspBytes = std::size_t{64} * 1024;

/// What a response says about one certificate.
struct OcspAnswer {
  std::chrono::sys_seconds this_update;
  std::optional<std::chrono::sys_seconds> next_update;  // none: newer ones are there all the time
};

/// What the DER of a response says about the leaf of a chain: that it is good. On failure why it
/// is not to be stapled, as a text that begins in lower case: it is no response, not about this
/// certificate, or says that it is revoked or unknown.
[[nodiscard]] std::expected<OcspAnswer, std::string> read_ocsp(std::string_view der,
                                                               const Certificate& certificate);

/// Why it may not be stapled at that time: too early or too late; nothing if it may.
std::optional<std::string> out_of_time(const OcspAnswer& answer, std::chrono::sys_seconds now);

}  // namespace postern::tls
