// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/proxy_header.hpp"

#include <catch2/catch.hpp>

#include <string>

#include "proxy/net/crc32c.hpp"

namespace postern::net {
namespace {

constexpr std::string_view kSignature("\r\n\r\n\0\r\nQUIT\n", 12);
const std::string kIps4("\xc0\x00\x02\x01\xc6\x33\x64\x02", 8);
const std::string kPorts("\xdc\x04\x03\xe3", 4);

std::string sized(std::size_t size) {
  return {static_cast<char>(size >> 8), static_cast<char>(size & 0xff)};
}

std::string version2(char command, char family, const std::string& rest) {
  return std::string(kSignature) + command + family + sized(rest.size()) + rest;
}

std::string tlv(char kind, const std::string& value) { return kind + sized(value.size()) + value; }

std::string ips6(char first) {
  const std::string one = std::string("\x20\x01\x0d\xb8", 4) + std::string(11, '\0') + first;
  return one + std::string("\x20\x01\x0d\xb8", 4) + std::string(11, '\0') + '\x02';
}

// The checksum's TLV is the last.
std::string with_checksum(char command, char family, const std::string& rest) {
  std::string header = version2(command, family, rest + tlv('\x03', std::string(4, '\0')));
  const std::uint32_t sum = Crc32c().add(header).value();
  for (int i = 0; i < 4; ++i) {
    header[header.size() - 4 + static_cast<std::size_t>(i)] =
        static_cast<char>(sum >> (24 - 8 * i));
  }
  return header;
}

std::string route_text(std::string_view bytes) {
  const auto read = read_proxy_header(bytes);
  if (!read) return "fault " + std::to_string(static_cast<int>(read.error()));
  if (!*read) return "more";
  const ProxyHeader& header = **read;
  if (header.length > bytes.size()) return "too much";
  if (!header.route) return "the peer";
  return header.route->from.text() + " > " + header.route->to.text();
}

const std::string kNoHeader = "fault 0";
const std::string kMalformedHeader = "fault 1";
const std::string kTooLongHeader = "fault 2";
const std::string kWrongChecksum = "fault 3";

struct Row {
  std::string bytes;
  std::string read;
};

void check_rows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    INFO(row.bytes);
    CHECK(route_text(row.bytes) == row.read);
  }
}

const std::vector<std::string>& good_headers() {
  static const std::vector<std::string> headers = {
      "PROXY TCP4 192.0.2.1 198.51.100.2 56324 995\r\n",
      "PROXY TCP6 2001:db8::1 2001:db8::2 56324 110\r\n",
      "PROXY UNKNOWN\r\n",
      "PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n",
      version2('\x21', '\x11', kIps4 + kPorts),
      version2('\x21', '\x21', ips6('\x01') + kPorts),
      version2('\x21', '\x00', ""),
      version2('\x21', '\x31', std::string(216, 'u')),
      version2('\x20', '\x00', ""),
      version2('\x21', '\x11', kIps4 + kPorts + tlv('\x02', "pop.example.com") + tlv('\x20', "")),
      with_checksum('\x21', '\x11', kIps4 + kPorts + tlv('\x01', "pop3")),
  };
  return headers;
}

}  // namespace

TEST_CASE("version 1 tells who comes from where") {
  check_rows({
      {"PROXY TCP4 192.0.2.1 198.51.100.2 56324 995\r\n", "192.0.2.1:56324 > 198.51.100.2:995"},
      {"PROXY TCP4 255.255.255.255 0.0.0.0 65535 0\r\n", "255.255.255.255:65535 > 0.0.0.0:0"},
      {"PROXY TCP6 2001:db8::1 ::1 1 2\r\n", "[2001:db8::1]:1 > [::1]:2"},
      {"PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n", "192.0.2.1:1 > [::1]:2"},
      {"PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe "
       "65535 65534\r\n",
       "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535 > "
       "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe]:65534"},
      {"PROXY UNKNOWN\r\n", "the peer"},
      {"PROXY UNKNOWN whatever it says\r\n", "the peer"},
  });
}

TEST_CASE("what is no line of version 1") {
  for (const char* const rest : {"",
                                 " ",
                                 "TCP4",
                                 "TCP4 ",
                                 "TCP4 1.2.3.4 5.6.7.8 1",
                                 "TCP4 1.2.3.4 5.6.7.8 1 2 ",
                                 "TCP4 1.2.3.4 5.6.7.8 1 2 3",
                                 "TCP4  1.2.3.4 5.6.7.8 1 2",
                                 " TCP4 1.2.3.4 5.6.7.8 1 2",
                                 "TCP4 1.2.3.4 5.6.7.8 1  2",
                                 "TCP4 1.2.3.4 5.6.7.8 01 2",
                                 "TCP4 1.2.3.4 5.6.7.8 1 02",
                                 "TCP4 1.2.3.4 5.6.7.8 65536 2",
                                 "TCP4 1.2.3.4 5.6.7.8 1 65536",
                                 "TCP4 1.2.3.4 5.6.7.8 -1 2",
                                 "TCP4 1.2.3.4 5.6.7.8 +1 2",
                                 "TCP4 1.2.3.4 5.6.7.8 0x1 2",
                                 "TCP4 1.2.3.4 5.6.7.8 1 2a",
                                 "TCP4 01.2.3.4 5.6.7.8 1 2",
                                 "TCP4 1.2.3 5.6.7.8 1 2",
                                 "TCP4 1.2.3.4 5.6.7.256 1 2",
                                 "TCP4 ::1 ::2 1 2",
                                 "TCP4 ::ffff:1.2.3.4 5.6.7.8 1 2",
                                 "TCP6 1.2.3.4 5.6.7.8 1 2",
                                 "TCP6 ::1 1.2.3.4 1 2",
                                 "TCP6 [::1] [::2] 1 2",
                                 "TCP6 fe80::1%eth0 ::2 1 2",
                                 "TCP4 mail.example.com 5.6.7.8 1 2",
                                 "TCP4\t1.2.3.4 5.6.7.8 1 2",
                                 "tcp4 1.2.3.4 5.6.7.8 1 2",
                                 "UDP4 1.2.3.4 5.6.7.8 1 2",
                                 "TCP 1.2.3.4 5.6.7.8 1 2",
                                 "UNKNOWNS",
                                 "unknown"}) {
    INFO(rest);
    CHECK(route_text("PROXY " + std::string(rest) + "\r\n") == kMalformedHeader);
  }
}

TEST_CASE("a line of version 1 ends with CRLF and nothing else") {
  check_rows({
      {"PROXY UNKNOWN\n", kMalformedHeader},
      {"PROXY UNKNOWN\r", "more"},
      {"PROXY UNKNOWN\rX", kMalformedHeader},
      {std::string("PROXY UNK\0OWN\r\n", 15), kMalformedHeader},
      {"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n\r\n", kMalformedHeader},
  });
}

TEST_CASE("a line of version 1 has 107 bytes at most") {
  const std::string longest = "PROXY UNKNOWN " + std::string(91, 'x');
  CHECK(route_text(longest + "\r\n") == "the peer");
  CHECK(route_text(longest + "x\r\n") == kTooLongHeader);
  CHECK(route_text(longest + "\r") == "more");
  CHECK(route_text(longest + "x\r") == kTooLongHeader);
  CHECK(route_text(longest + std::string(1000, 'x')) == kTooLongHeader);
}

TEST_CASE("version 2 tells who comes from where") {
  check_rows({
      {version2('\x21', '\x11', kIps4 + kPorts), "192.0.2.1:56324 > 198.51.100.2:995"},
      {version2('\x21', '\x21', ips6('\x01') + kPorts), "[2001:db8::1]:56324 > [2001:db8::2]:995"},
      {version2('\x21', '\x21',
                std::string(10, '\0') + "\xff\xff" + kIps4.substr(0, 4) + std::string(15, '\0') +
                    '\x01' + kPorts),
       "192.0.2.1:56324 > [::1]:995"},
      {version2('\x21', '\x00', ""), "the peer"},
      {version2('\x21', '\x00', tlv('\x02', "x")), "the peer"},
      {version2('\x21', '\x31', std::string(216, 'u')), "the peer"},
      {version2('\x20', '\x00', ""), "the peer"},
  });
}

TEST_CASE("nothing in a LOCAL header has a meaning") {
  check_rows({
      {version2('\x20', '\x11', kIps4 + kPorts), "the peer"},
      {version2('\x20', '\x11', "abc"), "the peer"},
      {version2('\x20', '\x7f', "abc"), "the peer"},
      {version2('\x20', '\x00', tlv('\x03', "1234")), "the peer"},
  });
}

TEST_CASE("what is no header of version 2") {
  check_rows({
      {version2('\x11', '\x11', kIps4 + kPorts), kMalformedHeader},  // of version 1
      {version2('\x31', '\x11', kIps4 + kPorts), kMalformedHeader},
      {version2('\x22', '\x11', kIps4 + kPorts), kMalformedHeader},  // another command
      {version2('\x21', '\x12', kIps4 + kPorts), kMalformedHeader},  // datagrams
      {version2('\x21', '\x41', kIps4 + kPorts), kMalformedHeader},
      {version2('\x21', '\xf1', kIps4 + kPorts), kMalformedHeader},
      {version2('\x21', '\x10', kIps4 + kPorts), kMalformedHeader},
      {version2('\x21', '\x11', kIps4 + kPorts.substr(1)), kMalformedHeader},  // too short
      {version2('\x21', '\x21', kIps4 + kPorts), kMalformedHeader},
      {version2('\x21', '\x31', std::string(215, 'u')), kMalformedHeader},
      {version2('\x21', '\x11', kIps4 + kPorts + "\x04"), kMalformedHeader},  // half a TLV
      {version2('\x21', '\x11', kIps4 + kPorts + std::string("\x04\x00\x02x", 4)),
       kMalformedHeader},
      {version2('\x21', '\x11', kIps4 + kPorts + tlv('\x03', "123")), kMalformedHeader},
  });
}

TEST_CASE("the beginning of version 2 is judged before the rest has come") {
  const std::string begun(kSignature);
  CHECK(route_text(begun + '\x31') == kMalformedHeader);
  CHECK(route_text(begun + "\x21\x12") == kMalformedHeader);
  CHECK(route_text(begun + std::string("\x21\x11\x00\x0b", 4)) == kMalformedHeader);
  CHECK(route_text(begun + "\x21\x11\xff\xff") == kTooLongHeader);
  CHECK(route_text(begun + "\x20\x11\xff\xff") == kTooLongHeader);
}

TEST_CASE("a header of version 2 has 4096 bytes at most") {
  const std::string most = tlv('\x04', std::string(4096 - 16 - 12 - 3, 'x'));
  CHECK(route_text(version2('\x21', '\x11', kIps4 + kPorts + most)) ==
        "192.0.2.1:56324 > 198.51.100.2:995");
  const std::string more = tlv('\x04', std::string(4096 - 16 - 12 - 2, 'x'));
  CHECK(route_text(version2('\x21', '\x11', kIps4 + kPorts + more)) == kTooLongHeader);
}

TEST_CASE("a checksum is of all bytes, wherever it stands") {
  CHECK(Crc32c().add("123456789").value() == 0xe3069283);  // RFC 3720 appendix B.4's algorithm
  const std::string header = with_checksum('\x21', '\x11', kIps4 + kPorts + tlv('\x01', "pop3"));
  CHECK(route_text(header) == "192.0.2.1:56324 > 198.51.100.2:995");
  for (std::size_t i = 16; i < header.size(); ++i) {
    const bool framing = i >= 28 && i < 31;  // of the TLV before
    if (framing || (i >= header.size() - 7 && i < header.size() - 4)) continue;
    std::string changed = header;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    INFO(i);
    CHECK(route_text(changed) == kWrongChecksum);
  }
  CHECK(route_text(with_checksum('\x21', '\x00', "")) == "the peer");
}

TEST_CASE("what does not begin as a header is none, from the first byte that differs") {
  for (const char* const text : {"USER alice\r\n", "\x16\x03\x01", "CAPA\r\n", "X", "PROXX", "PASS",
                                 "proxy TCP4", "\r\n\r\nX", "\n", "GET / HTTP/1.1\r\n"}) {
    INFO(text);
    CHECK(route_text(text) == kNoHeader);
  }
  CHECK(route_text("") == "more");
  CHECK(route_text("P") == "more");
  CHECK(route_text("\r") == "more");
}

TEST_CASE("a header is complete with its last byte, and what stands behind it is not looked at") {
  for (const std::string& header : good_headers()) {
    INFO(header);
    for (std::size_t cut = 0; cut < header.size(); ++cut) {
      CHECK(route_text(header.substr(0, cut)) == "more");
    }
    const std::string whole = route_text(header);
    for (const char* const behind : {"\x16\x03\x01", "PROXY UNKNOWN\r\n", "\r\n", "\n", " "}) {
      const std::string more = header + behind;
      const auto read = read_proxy_header(more);
      REQUIRE((read && *read));
      CHECK((*read)->length == header.size());
      CHECK(route_text(more) == whole);
    }
  }
}

}  // namespace postern::net
