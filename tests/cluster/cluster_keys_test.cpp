// SPDX-License-Identifier: Apache-2.0
#include "proxy/cluster/cluster_keys.hpp"

#include <catch2/catch.hpp>

namespace postern::cluster {
namespace {

tls::HashSecret secret(std::uint8_t first) {
  tls::HashSecret made;
  made.bytes.fill(first);
  return made;
}

TEST_CASE("all machines with the key have the same names, and no other machine has") {
  const ClusterKeys one(secret(1));
  const ClusterKeys same(secret(1));
  const ClusterKeys other(secret(2));
  CHECK(one.name_of({"ban", "10.0.0.1"}) == same.name_of({"ban", "10.0.0.1"}));
  CHECK(one.name_of({"ban", "10.0.0.1"}) != other.name_of({"ban", "10.0.0.1"}));
  CHECK(one.name_of({"ban", "10.0.0.1"}) != one.name_of({"ban", "10.0.0.2"}));
  CHECK(one.number_of({"user", "ann"}) == same.number_of({"user", "ann"}));
  CHECK(one.name_of({"a"}).size() == 22);
  CHECK(one.name_of({"a"}).find_first_not_of(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
        std::string::npos);
}

TEST_CASE("a number has a name of its own") {
  CHECK(text_of(0) == "AAAAAAAAAAA");
  CHECK(text_of(1) == "AQAAAAAAAAA");
  CHECK(text_of(~std::uint64_t{0}) == "__________8");
}

TEST_CASE("what is sealed is read by all who have the key, and its length tells little") {
  const ClusterKeys one(secret(1));
  const ClusterKeys same(secret(1));
  for (const std::size_t size : {0U, 1U, 62U, 63U, 64U, 65U, 1000U}) {
    const std::string text(size, 'x');
    const std::string sealed = one.seal(text, "ban");
    CHECK(same.open(sealed, "ban") == text);
    CHECK_FALSE(same.open(sealed, "node"));
    CHECK((sealed.size() - tls::SealingKey::kOverhead) % 64 == 0);
  }
  CHECK(one.seal("10.0.0.1", "ban").size() == one.seal("2001:db8:1:2:3:4:5:6/128", "ban").size());
  CHECK_FALSE(ClusterKeys(secret(2)).open(one.seal("a", "ban"), "ban"));
}

}  // namespace
}  // namespace postern::cluster
