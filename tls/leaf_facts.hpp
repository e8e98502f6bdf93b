// SPDX-License-Identifier: Apache-2.0
// What a certificate says of itself, as far as whoever looks after it wants to know: plain values,
// whether it is one of ours or one that somebody has shown.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tls/certificate.hpp"

namespace postern::tls {

struct LeafFacts {
  std::string fingerprint;  // SHA-256 of the whole, in hexadecimal digits
  std::chrono::sys_seconds not_before;
  std::chrono::sys_seconds not_after;
  std::vector<std::string> names;  // DNS and IP entries of the SAN
  bool issued_itself = false;
  bool must_staple = false;  // RFC 7633: clients may ask for an OCSP answer with it
  bool for_servers = true;   // by its extendedKeyUsage
  bool for_clients = true;
};

/// Of a certificate in DER; empty when that is none.
std::optional<LeafFacts> leaf_facts(std::string_view der);
/// Of the one that is shown.
LeafFacts leaf_facts(const Certificate& certificate);

}  // namespace postern::tls
