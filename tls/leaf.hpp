// SPDX-License-Identifier: Apache-2.0
// What a leaf certificate says of itself.
#pragma once

#include <openssl/x509.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "tls/tls_settings.hpp"

namespace postern::tls {

struct SubjectNames {
  std::vector<std::string> texts;      // DNS (lower case) and IP entries, in order
  std::vector<std::string> addresses;  // the IP entries as network bytes
};

/// The DNS and IP entries of the subjectAltName; others are passed over, and so are DNS entries
/// that cannot be a host name or wildcard (a NUL inside is an old attack).
SubjectNames subject_names(const X509* leaf);

/// The pin that its key needs; empty when it has no key that could be read.
std::optional<Pin> pin_of(const X509* leaf);

/// A certificate's time; the epoch when it is not one.
std::chrono::sys_seconds to_time(const ASN1_TIME* time);

}  // namespace postern::tls
