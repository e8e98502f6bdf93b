// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/family_order.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace postern::upstream {
namespace {

using Texts = std::vector<std::string>;

Texts order_of(const Texts& given) {
  std::vector<net::Address> addresses;
  for (const std::string& one : given) addresses.push_back(*net::Address::parse(one, 110));
  Texts order;
  for (const net::Address& one : interleaved(std::move(addresses))) order.push_back(one.ip());
  return order;
}

}  // namespace

TEST_CASE("IPv6 and IPv4 take turns, and the family of the first one begins") {
  CHECK(order_of({"2001:db8::1", "2001:db8::2", "10.0.0.1", "10.0.0.2"}) ==
        Texts{"2001:db8::1", "10.0.0.1", "2001:db8::2", "10.0.0.2"});
  CHECK(order_of({"10.0.0.1", "10.0.0.2", "2001:db8::1"}) ==
        Texts{"10.0.0.1", "2001:db8::1", "10.0.0.2"});
  CHECK(order_of({"10.0.0.1", "2001:db8::1", "2001:db8::2", "2001:db8::3"}) ==
        Texts{"10.0.0.1", "2001:db8::1", "2001:db8::2", "2001:db8::3"});
}

TEST_CASE("one family alone keeps its order") {
  CHECK(order_of({"10.0.0.3", "10.0.0.1", "10.0.0.2"}) ==
        Texts{"10.0.0.3", "10.0.0.1", "10.0.0.2"});
  CHECK(order_of({"2001:db8::1"}) == Texts{"2001:db8::1"});
  CHECK(order_of({}).empty());
}

}  // namespace postern::upstream
