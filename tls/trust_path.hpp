// SPDX-License-Identifier: Apache-2.0
// The way from a certificate of ours to an authority that clients trust, as a client would look for
// it with nothing but what it is shown. Days are not looked at.
#pragma once

#include <chrono>
#include <expected>
#include <string>

#include "tls/certificate.hpp"
#include "tls/error.hpp"

namespace postern::tls {

struct TrustPath {
  std::string root;  // the name of the authority that it ends at; empty where it ends at none
  std::chrono::sys_seconds root_made;  // the first day of that authority's certificate
  std::string fault;                   // why it ends at none; empty where it does not
};

/// `ca_file` holds further authorities beside those of the system; none where it is empty. An error
/// when there is nothing to compare with.
[[nodiscard]] std::expected<TrustPath, Error> trust_path(const Certificate& certificate,
                                                         const std::string& ca_file);

}  // namespace postern::tls
