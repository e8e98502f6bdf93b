// SPDX-License-Identifier: Apache-2.0
// What protects one connection, as the wire writes it: small enough to be kept for a log line that
// is written when the connection has gone.
#pragma once

#include <cstdint>
#include <string>

namespace postern::tls {

struct Suite {
  std::uint16_t version = 0;  // 0: no TLS
  std::uint16_t cipher = 0;

  bool operator==(const Suite&) const = default;
};

/// "TLSv1.3/TLS_AES_128_GCM_SHA256", "-" without TLS.
std::string text_of(Suite suite);

}  // namespace postern::tls
