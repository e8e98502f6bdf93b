// SPDX-License-Identifier: Apache-2.0
// Pins as they are written: the base64 of a SHA-256 (RFC 7469 section 2.4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tls/tls_settings.hpp"

namespace postern::tls {

/// The pin of 44 characters, or empty when they are none.
std::optional<Pin> pin_from(std::string_view text);

std::string pin_text(const Pin& pin);

}  // namespace postern::tls
