// SPDX-License-Identifier: Apache-2.0
// OCSP responses of every kind that a responder might hand out (RFC 6960 section 4.2), but without
// a signature that would be good: for tests of what is stapled.
#pragma once

#include <string>

#include "tls/certificate.hpp"

namespace postern::testing {

enum class OcspStatus { kGood, kRevoked, kUnknown };

/// What a response is to say. Times as ASN.1 writes them.
struct OcspSaid {
  OcspStatus status = OcspStatus::kGood;
  std::string from = "20261101000000Z";
  std::string until = "20261108000000Z";  // empty: nothing
  bool other_serial = false;
  bool other_issuer = false;
};

/// A response about the leaf of a chain that ends with its issuer, in DER.
std::string ocsp_response(const tls::Certificate& certificate, const OcspSaid& said = {});

}  // namespace postern::testing
