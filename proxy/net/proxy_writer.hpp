// SPDX-License-Identifier: Apache-2.0
// Writes headers of the PROXY protocol, for a server behind us that takes them: see
// proxy_header.hpp for the other direction.
#pragma once

#include <string>
#include <string_view>

#include "proxy/net/proxy_header.hpp"

namespace postern::net {

/// Whether the client has shown a certificate, which was found good: over this connection, or only
/// when the session began that it resumes.
enum class ProxyCert { kNone, kShown, kShownBefore };

/// How the client's own link is protected (section 2.2.6), all of it outside data but for the
/// version and the cipher: version 2 tells lengths, so that nothing in them can end the header.
struct ProxyTls {
  std::string_view version;  // "TLSv1.3"
  std::string_view cipher;
  std::string_view alpn = {};       // empty when none was agreed
  std::string_view authority = {};  // the name that the client asked for; empty for none
  ProxyCert cert = ProxyCert::kNone;
  std::string_view common_name = {};  // in that; may be empty
};

/// "PROXY TCP4 192.0.2.1 198.51.100.2 56324 995" and its line end. Where only one end is IPv4, it
/// is written as IPv6 writes it.
std::string proxy_line(const ProxyHeader::Route& route);
/// Of a connection that is for nobody: a check of ours. The server takes us for its peer.
std::string proxy_line_for_nobody();

/// The same in version 2; `tls` is null where the client's link is in clear.
std::string proxy_block(const ProxyHeader::Route& route, const ProxyTls* tls);
std::string proxy_block_for_nobody();

}  // namespace postern::net
