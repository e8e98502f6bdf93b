// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/announcement.hpp"

#include <utility>

#include "proxy/net/proxy_writer.hpp"

namespace postern::upstream {

std::string announcement(policy::ClientAddress way, const net::ProxyHeader::Route& client,
                         const tls::Agreement& agreed) {
  if (way == policy::ClientAddress::kProxyV1) return net::proxy_line(client);
  const net::ProxyTls tls{.version = agreed.version,
                          .cipher = agreed.cipher,
                          .alpn = agreed.alpn,
                          .authority = agreed.sni};
  return net::proxy_block(client, agreed.version.empty() ? nullptr : &tls);
}

std::string announcement_for_nobody(policy::ClientAddress way) {
  switch (way) {
    case policy::ClientAddress::kProxyV1:
      return net::proxy_line_for_nobody();
    case policy::ClientAddress::kProxyV2:
      return net::proxy_block_for_nobody();
    case policy::ClientAddress::kNone:
    case policy::ClientAddress::kXclient:
    case policy::ClientAddress::kXoip:
      return {};
  }
  std::unreachable();
}

}  // namespace postern::upstream
