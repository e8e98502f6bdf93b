// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/announcement.hpp"

#include <string_view>
#include <utility>

#include "proxy/net/proxy_writer.hpp"

namespace postern::upstream {
namespace {

net::ProxyCert cert_of(const tls::Agreement& agreed) noexcept {
  if (!agreed.client) return net::ProxyCert::kNone;
  return agreed.resumed ? net::ProxyCert::kShownBefore : net::ProxyCert::kShown;
}

}  // namespace

std::string announcement(policy::ClientAddress way, const net::ProxyHeader::Route& client,
                         const tls::Agreement& agreed) {
  if (way == policy::ClientAddress::kProxyV1) return net::proxy_line(client);
  const net::ProxyTls tls{.version = agreed.version,
                          .cipher = agreed.cipher,
                          .alpn = agreed.alpn,
                          .authority = agreed.sni,
                          .cert = cert_of(agreed),
                          .common_name = agreed.client
                                             ? std::string_view(agreed.client->common_name)
                                             : std::string_view()};
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
