// SPDX-License-Identifier: Apache-2.0
// The certificates that a configuration names, loaded and compared with what it promises. The same
// for `check`, for the start and for every reload.
#pragma once

#include <chrono>
#include <expected>

#include "conf/reader.hpp"
#include "tls/server_context.hpp"

namespace postern::server {

struct LoadedCertificates {
  tls::Certificates certificates;  // parallel to the settings' tls.certificates
  conf::Diagnostics warnings;      // dates, chains that clients may refuse, names not covered
};

/// Loads all of them. On failure a diagnostic for each that could not be, at the place of the file
/// that is to blame.
[[nodiscard]] std::expected<LoadedCertificates, conf::Diagnostics> load_certificates(
    const conf::Document& document, std::chrono::sys_seconds now);

}  // namespace postern::server
