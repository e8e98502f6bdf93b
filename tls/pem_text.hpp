// SPDX-License-Identifier: Apache-2.0
// A PEM file's text as people really have it: joined by hand, with byte order marks and blanks from
// editors, or no PEM at all. What BoringSSL would pass over in silence is mended here, or named.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "tls/error.hpp"

namespace postern::tls {

/// What a file is meant to hold.
enum class PemContent { kCertificates, kKey };

/// The text with every boundary on a line of its own that BoringSSL finds. An error with what
/// converts it when the file has another form, or with the line that is to blame. `label` names the
/// file. What comes back may hold a key: the caller wipes it.
[[nodiscard]] std::expected<std::string, Error> tidy_pem(std::string_view text, PemContent content,
                                                         std::string_view label);

}  // namespace postern::tls
