// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/proxy_writer.hpp"

#include <catch2/catch.hpp>

namespace postern::net {
namespace {

ProxyHeader::Route route(const char* from, const char* to) {
  return {*Address::parse(from, 56324), *Address::parse(to, 995)};
}

std::string as_read(const std::string& header) {
  const auto read = read_proxy_header(header + "more");
  REQUIRE((read && *read && (*read)->length == header.size()));
  if (!(*read)->route) return "the peer";
  return (*read)->route->from.text() + " > " + (*read)->route->to.text();
}

}  // namespace

TEST_CASE("what is written is read again, in both versions") {
  const ProxyTls tls{.version = "TLSv1.3",
                     .cipher = "TLS_AES_128_GCM_SHA256",
                     .alpn = "pop3",
                     .authority = "pop.example.com"};
  for (const auto& [from, to] :
       {std::pair{"203.0.113.9", "198.51.100.2"}, std::pair{"2001:db8::9", "2001:db8::2"},
        std::pair{"203.0.113.9", "2001:db8::2"}, std::pair{"2001:db8::9", "198.51.100.2"}}) {
    const ProxyHeader::Route written = route(from, to);
    const std::string expected = written.from.text() + " > " + written.to.text();
    CHECK(as_read(proxy_line(written)) == expected);
    CHECK(as_read(proxy_block(written, nullptr)) == expected);
    CHECK(as_read(proxy_block(written, &tls)) == expected);
  }
}

TEST_CASE("a line says it in text, and IPv4 as IPv4 however it came") {
  CHECK(proxy_line(route("::ffff:203.0.113.9", "198.51.100.2")) ==
        "PROXY TCP4 203.0.113.9 198.51.100.2 56324 995\r\n");
  CHECK(proxy_line(route("2001:db8::9", "2001:db8::2")) ==
        "PROXY TCP6 2001:db8::9 2001:db8::2 56324 995\r\n");
  CHECK(proxy_line(route("203.0.113.9", "2001:db8::2")) ==
        "PROXY TCP6 ::ffff:203.0.113.9 2001:db8::2 56324 995\r\n");
}

TEST_CASE("a block tells of TLS, byte for byte") {
  const ProxyTls tls{.version = "TLSv1.2", .cipher = "X", .alpn = "pop3", .authority = "a.b"};
  const std::string expected = std::string("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x2f", 16) +
                               std::string("\xcb\0\x71\x09\xc6\x33\x64\x02\xdc\x04\x03\xe3", 12) +
                               std::string("\x01\0\x04pop3", 7) +
                               std::string(
                                   "\x02\0\x03"
                                   "a.b",
                                   6) +
                               std::string("\x20\0\x13\x01\0\0\0\x01", 8) +
                               std::string("\x21\0\x07TLSv1.2", 10) + std::string("\x23\0\x01X", 4);
  CHECK(proxy_block(route("203.0.113.9", "198.51.100.2"), &tls) == expected);
}

TEST_CASE("a block tells of a client's certificate, and when it was shown") {
  const auto both = route("203.0.113.9", "198.51.100.2");
  const auto value_of = [&](ProxyCert cert, std::string_view name) {
    const ProxyTls tls{.version = "T", .cipher = "X", .cert = cert, .common_name = name};
    return proxy_block(both, &tls).substr(28 + 3);
  };
  const std::string version("\x21\0\x01T", 4);
  const std::string cipher("\x23\0\x01X", 4);
  const std::string name(
      "\x22\0\x03"
      "ann",
      6);
  const auto flags = [](char bits, char verify) {
    return std::string(1, bits) + std::string(3, '\0') + verify;
  };
  CHECK(value_of(ProxyCert::kNone, "ann") == flags(1, 1) + version + cipher);
  CHECK(value_of(ProxyCert::kShown, "ann") == flags(7, 0) + version + name + cipher);
  CHECK(value_of(ProxyCert::kShownBefore, "ann") == flags(5, 0) + version + name + cipher);
  CHECK(value_of(ProxyCert::kShown, "") == flags(7, 0) + version + cipher);
}

TEST_CASE("of a link in clear nothing is told, and what was not agreed is left out") {
  const auto both = route("203.0.113.9", "198.51.100.2");
  CHECK(proxy_block(both, nullptr).size() == 28);
  const ProxyTls tls{.version = "TLSv1.2", .cipher = "X"};
  CHECK(proxy_block(both, &tls).size() == 28 + 3 + 5 + 10 + 4);
}

TEST_CASE("what somebody else chose does not make a block longer than it may be") {
  const std::string endless(70'000, 'x');
  const ProxyTls tls{.version = "TLSv1.2", .cipher = "X", .alpn = {}, .authority = endless};
  CHECK(as_read(proxy_block(route("203.0.113.9", "198.51.100.2"), &tls)).starts_with("203."));
}

TEST_CASE("a connection that is nobody's says so") {
  CHECK(as_read(proxy_line_for_nobody()) == "the peer");
  CHECK(as_read(proxy_block_for_nobody()) == "the peer");
}

}  // namespace postern::net
