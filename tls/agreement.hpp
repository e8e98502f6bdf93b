// SPDX-License-Identifier: Apache-2.0
// What the two ends of a TLS connection agreed on, for the log.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "policy/hello_shape.hpp"
#include "tls/client_identity.hpp"

namespace postern::tls {

struct Agreement {
  std::string_view version;  // "TLSv1.3"
  std::string_view cipher;   // IANA name
  std::string alpn;          // empty when none was agreed
  std::string sni;           // as sent, at most 255 bytes, only if it is a host name
  bool resumed = false;
  std::optional<ClientIdentity> client = {};  // where it has shown a certificate
  policy::HelloShape hello = {};              // the client's, at the server's end
  std::optional<std::size_t> lane = {};       // which of several; empty: none, or no choice
  std::string_view alert = {};                // what the client's means that ended it; or empty
};

}  // namespace postern::tls
