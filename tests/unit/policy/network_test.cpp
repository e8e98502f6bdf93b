// SPDX-License-Identifier: Apache-2.0
#include "policy/network.hpp"

#include <catch2/catch.hpp>
#include <random>

namespace postern::policy {
namespace {

IpAddress address(std::string_view text) {
  const auto parsed = IpAddress::parse(text);
  INFO(text);
  REQUIRE(parsed);
  return *parsed;
}

Network network(std::string_view text) {
  const auto parsed = Network::parse(text);
  INFO(text);
  REQUIRE(parsed);
  return *parsed;
}

}  // namespace

TEST_CASE("addresses are written as RFC 5952 wants them") {
  const auto [written, read] = GENERATE(table<std::string, std::string>({
      {"192.0.2.1", "192.0.2.1"},
      {"0.0.0.0", "0.0.0.0"},
      {"255.255.255.255", "255.255.255.255"},
      {"::", "::"},
      {"::1", "::1"},
      {"1::", "1::"},
      {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
      {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
      {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
      {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
      {"::192.0.2.1", "::192.0.2.1"},
      {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
      {"::ffff:192.0.2.1", "192.0.2.1"},
      {"::ffff:c000:201", "192.0.2.1"},
  }));
  CHECK(address(written).text() == read);
  CHECK(address(read) == address(written));
}

TEST_CASE("what is no address is refused") {
  for (const char* text : {"",
                           " ",
                           "1",
                           "1.2.3",
                           "1.2.3.4.5",
                           "1.2.3.256",
                           "1.2.3.04",
                           "01.2.3.4",
                           "1.2.3.4 ",
                           " 1.2.3.4",
                           "+1.2.3.4",
                           "-1.2.3.4",
                           "1..3.4",
                           "0x1.2.3.4",
                           ":",
                           ":::",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "1:2:3:4:5:6:7:8::",
                           "::1::",
                           "1::2::3",
                           ":1",
                           "1:",
                           "1:::2",
                           "12345::",
                           "g::",
                           "::1.2.3",
                           "1.2.3.4::",
                           "::1.2.3.4:5",
                           "1:2:3:4:5:6:7:1.2.3.4",
                           "[::1]",
                           "fe80::1%eth0",
                           "::-1",
                           "::+1",
                           "localhost",
                           "1.2.3.4:110"}) {
    INFO(text);
    CHECK_FALSE(IpAddress::parse(text));
  }
  CHECK_FALSE(IpAddress::parse(std::string_view("1.2.3.4\0", 8)));
}

TEST_CASE("any address is read as it is written") {
  std::mt19937_64 random(20);  // NOLINT(bugprone-random-generator-seed): the same every time
  for (int round = 0; round < 50'000; ++round) {
    IpAddress::V6 bytes{};
    for (std::uint8_t& byte : bytes) byte = random() % 3 == 0 ? random() & 0xff : 0;
    const IpAddress made = IpAddress::from_v6(bytes);
    REQUIRE(IpAddress::parse(made.text()) == made);
  }
}

TEST_CASE("loopback is 127/8 and ::1, a wildcard is all zeros") {
  for (const char* text : {"127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"}) {
    INFO(text);
    CHECK(address(text).is_loopback());
    CHECK_FALSE(address(text).is_wildcard());
  }
  for (const char* text : {"0.0.0.0", "::", "::ffff:0.0.0.0"}) {
    INFO(text);
    CHECK(address(text).is_wildcard());
    CHECK_FALSE(address(text).is_loopback());
  }
  for (const char* text : {"128.0.0.1", "1.0.0.127", "::2", "1::1"}) {
    INFO(text);
    CHECK_FALSE(address(text).is_loopback());
    CHECK_FALSE(address(text).is_wildcard());
  }
}

TEST_CASE("a mapped address is the IPv4 address it stands for") {
  const IpAddress v4 = IpAddress::from_v4({192, 0, 2, 1});
  CHECK(v4.is_v4());
  CHECK(address("::ffff:192.0.2.1") == v4);
  CHECK(IpAddress::from_v6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1}) == v4);
  CHECK_FALSE(address("::192.0.2.1").is_v4());
  CHECK_FALSE(IpAddress().is_v4());
}

TEST_CASE("a network holds what begins like it") {
  const auto [range, inside, outside] = GENERATE(table<std::string, std::string, std::string>({
      {"10.0.0.0/8", "10.255.255.255", "11.0.0.0"},
      {"192.0.2.128/25", "192.0.2.255", "192.0.2.127"},
      {"192.0.2.4/31", "192.0.2.5", "192.0.2.6"},
      {"192.0.2.1", "192.0.2.1", "192.0.2.2"},
      {"192.0.2.1", "::ffff:192.0.2.1", "::192.0.2.1"},
      {"0.0.0.0/0", "255.255.255.255", "::1"},
      {"::/0", "2001:db8::1", "192.0.2.1"},
      {"::ffff:10.0.0.0/104", "10.1.1.1", "11.1.1.1"},
      {"2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"},
      {"2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::"},
      {"2001:db8::1", "2001:db8::1", "2001:db8::2"},
      {"fe80::/10", "febf::1", "fec0::1"},
  }));
  INFO(range);
  CHECK(network(range).contains(address(inside)));
  CHECK_FALSE(network(range).contains(address(outside)));
}

TEST_CASE("bits behind the prefix are cleared") {
  CHECK(network("10.1.2.3/8") == network("10.0.0.0/8"));
  CHECK(network("10.1.2.3/8").text() == "10.0.0.0/8");
  CHECK(network("2001:db8:1::1/32").text() == "2001:db8::/32");
  CHECK(network("192.0.2.1/32").text() == "192.0.2.1");
  CHECK(network("2001:db8::1/128").text() == "2001:db8::1");
  CHECK(network("0.0.0.0/0").text() == "0.0.0.0/0");
  CHECK(network("::/0").text() == "::/0");
}

TEST_CASE("what is no network is refused") {
  for (const char* text : {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/+8",
                           "10.0.0.0/8 ", "10.0.0.0/8/8", "10.0.0/8", "10.0.0.0/255.0.0.0",
                           "::/129", "::/-1", "::ffff:10.0.0.0/129", "10.0.0.0/4294967304"}) {
    INFO(text);
    CHECK_FALSE(Network::parse(text));
  }
}

TEST_CASE("the network around an address has the prefix of its family") {
  CHECK(Network::around(address("192.0.2.77"), 24) == network("192.0.2.0/24"));
  CHECK(Network::around(address("192.0.2.77"), 64).text() == "192.0.2.77");
  CHECK(Network::around(address("2001:db8::77"), 64).text() == "2001:db8::/64");
  CHECK(Network::around(address("2001:db8::77"), 200).prefix() == 128);
  CHECK(Network::around(address("192.0.2.77"), 24).prefix() == 24);
  CHECK(Network::around(address("192.0.2.77"), 0).contains(address("8.8.8.8")));
}

}  // namespace postern::policy
