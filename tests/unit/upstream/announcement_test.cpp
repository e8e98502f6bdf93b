// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/announcement.hpp"

#include <catch2/catch.hpp>

#include "proxy/net/proxy_writer.hpp"

namespace postern::upstream {
namespace {

using policy::ClientAddress;

const net::ProxyHeader::Route kClient{*net::Address::parse("203.0.113.9", 56324),
                                      *net::Address::parse("198.51.100.2", 995)};

}  // namespace

TEST_CASE("version 1 tells addresses, whatever else is known") {
  const tls::Agreement agreed{.version = "TLSv1.3", .cipher = "X", .alpn = "pop3", .sni = "a.b"};
  CHECK(announcement(ClientAddress::kProxyV1, kClient, agreed) == net::proxy_line(kClient));
}

TEST_CASE("version 2 tells of TLS where the client speaks it") {
  const tls::Agreement agreed{.version = "TLSv1.3", .cipher = "X", .alpn = "pop3", .sni = "a.b"};
  const net::ProxyTls tls{"TLSv1.3", "X", "pop3", "a.b"};
  CHECK(announcement(ClientAddress::kProxyV2, kClient, agreed) == net::proxy_block(kClient, &tls));
  CHECK(announcement(ClientAddress::kProxyV2, kClient, {}) == net::proxy_block(kClient, nullptr));
}

TEST_CASE("only a header is said on a connection that is nobody's") {
  CHECK(announcement_for_nobody(ClientAddress::kProxyV1) == net::proxy_line_for_nobody());
  CHECK(announcement_for_nobody(ClientAddress::kProxyV2) == net::proxy_block_for_nobody());
  for (const auto way : {ClientAddress::kNone, ClientAddress::kXclient, ClientAddress::kXoip}) {
    CHECK(announcement_for_nobody(way).empty());
  }
}

}  // namespace postern::upstream
