// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/proxy_writer.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace postern::net {
namespace {

constexpr std::string_view kBlockSignature("\r\n\r\n\0\r\nQUIT\n", 12);

bool both_v4(const ProxyHeader::Route& route) noexcept {
  return route.from.host().is_v4() && route.to.host().is_v4();
}

std::string in_v6(const policy::IpAddress& host) {
  return host.is_v4() ? "::ffff:" + host.text() : host.text();
}

void put_number(std::string& to, std::size_t number) {
  to += static_cast<char>(number >> 8 & 0xff);
  to += static_cast<char>(number & 0xff);
}

void put_ip(std::string& to, const policy::IpAddress& host, bool v4) {
  if (v4) {
    std::ranges::copy(host.own_bytes(), std::back_inserter(to));
  } else {
    std::ranges::copy(host.bytes(), std::back_inserter(to));
  }
}

// Nothing that is written here comes near the length that a TLV can have; what would is cut.
void put_tlv(std::string& to, char kind, std::string_view value) {
  constexpr std::size_t kMost = 255;
  value = value.substr(0, kMost);
  to += kind;
  put_number(to, value.size());
  to += value;
}

// Section 2.2.6: PP2_CLIENT_SSL, PP2_CLIENT_CERT_CONN and PP2_CLIENT_CERT_SESS.
char client_bits(ProxyCert cert) noexcept {
  switch (cert) {
    case ProxyCert::kNone:
      return '\x01';
    case ProxyCert::kShown:
      return '\x07';
    case ProxyCert::kShownBefore:
      return '\x05';
  }
  std::unreachable();
}

// What the client did, and whether it has shown a good certificate, which is 0.
std::string tls_value(const ProxyTls& tls) {
  const bool certified = tls.cert != ProxyCert::kNone;
  std::string value(1, client_bits(tls.cert));
  value.append(3, '\0').append(1, certified ? '\0' : '\x01');
  put_tlv(value, '\x21', tls.version);
  if (certified && !tls.common_name.empty()) put_tlv(value, '\x22', tls.common_name);
  put_tlv(value, '\x23', tls.cipher);
  return value;
}

std::string block(char command, char family, const std::string& rest) {
  std::string header(kBlockSignature);
  header += command;
  header += family;
  put_number(header, rest.size());
  return header + rest;
}

}  // namespace

std::string proxy_line(const ProxyHeader::Route& route) {
  const bool v4 = both_v4(route);
  const auto text = [v4](const Address& end) { return v4 ? end.ip() : in_v6(end.host()); };
  std::string line = v4 ? "PROXY TCP4 " : "PROXY TCP6 ";
  line.append(text(route.from)).append(" ").append(text(route.to)).append(" ");
  line.append(std::to_string(route.from.port())).append(" ");
  return line.append(std::to_string(route.to.port())).append("\r\n");
}

std::string proxy_line_for_nobody() { return "PROXY UNKNOWN\r\n"; }

std::string proxy_block(const ProxyHeader::Route& route, const ProxyTls* tls) {
  const bool v4 = both_v4(route);
  std::string rest;
  put_ip(rest, route.from.host(), v4);
  put_ip(rest, route.to.host(), v4);
  put_number(rest, route.from.port());
  put_number(rest, route.to.port());
  if (tls != nullptr) {
    if (!tls->alpn.empty()) put_tlv(rest, '\x01', tls->alpn);
    if (!tls->authority.empty()) put_tlv(rest, '\x02', tls->authority);
    put_tlv(rest, '\x20', tls_value(*tls));
  }
  return block('\x21', v4 ? '\x11' : '\x21', rest);
}

std::string proxy_block_for_nobody() { return block('\x20', '\x00', ""); }

}  // namespace postern::net
