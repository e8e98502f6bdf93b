// SPDX-License-Identifier: Apache-2.0
// Whom to believe: the authorities whose certificates make others trusted.
#pragma once

#include <openssl/x509.h>

#include <expected>
#include <string>

#include "tls/error.hpp"

namespace postern::tls {

/// All certificates of a PEM file, or of the system's own store where `ca_file` is empty. One that
/// is no X.509 is passed over; an error when nothing is left, or the file cannot be read.
[[nodiscard]] std::expected<bssl::UniquePtr<X509_STORE>, Error> trusted_roots(
    const std::string& ca_file);

}  // namespace postern::tls
