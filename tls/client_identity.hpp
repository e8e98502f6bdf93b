// SPDX-License-Identifier: Apache-2.0
// Who a client is, as the certificate says that it has shown and that was found good.
#pragma once

#include <string>

namespace postern::tls {

struct ClientIdentity {
  std::string fingerprint;  // SHA-256 of the certificate, 64 hexadecimal digits
  std::string common_name;  // its subject's, UTF-8; outside data, at most 255 bytes, maybe empty
  std::string user;         // as tls.client_user says; empty where it has none that can be used

  bool operator==(const ClientIdentity&) const = default;
};

}  // namespace postern::tls
