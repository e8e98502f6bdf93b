// SPDX-License-Identifier: Apache-2.0
// Base64 as RFC 4648 section 4 has it, decoded strictly (sections 3.2 and 3.3): padding is
// required, nothing foreign is skipped, unused bits are zero. The patient way is for what is not
// acted upon.
#pragma once

#include <optional>
#include <string_view>

#include "proxy/pop3/secret.hpp"

namespace postern::pop3 {

/// The decoded bytes, or empty when the text is not strict base64. SASL responses hold passwords,
/// so the result is a secret.
std::optional<Secret> decode_base64(std::string_view text);

/// What the most patient decoder makes of a text: in either alphabet, with padding or without it;
/// what is no digit is skipped. May be empty.
Secret decode_base64_patiently(std::string_view text);

/// With padding, on one line.
Secret encode_base64(std::string_view bytes);

}  // namespace postern::pop3
