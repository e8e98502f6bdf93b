// SPDX-License-Identifier: Apache-2.0
// What leaves first on a connection to a backend that is told by a PROXY header whose connection it
// is: before TLS, and before its greeting.
#pragma once

#include <string>

#include "policy/backend.hpp"
#include "proxy/net/proxy_header.hpp"
#include "tls/agreement.hpp"

namespace postern::upstream {

/// `client` is where it comes from and where it went; `agreed` is of its own link, and empty while
/// that is in clear. Only for a way that is a header.
std::string announcement(policy::ClientAddress way, const net::ProxyHeader::Route& client,
                         const tls::Agreement& agreed);

/// Of a connection that is no client's, such as a health check. Empty for a way that is no header.
std::string announcement_for_nobody(policy::ClientAddress way);

}  // namespace postern::upstream
