// SPDX-License-Identifier: Apache-2.0
#include "conf/suggest.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "conf/schema.hpp"

namespace postern::conf {

TEST_CASE("distance counts slips of the fingers") {
  CHECK(distance("login", "login") == 0);
  CHECK(distance("logn", "login") == 1);
  CHECK(distance("loginn", "login") == 1);
  CHECK(distance("lagin", "login") == 1);
  CHECK(distance("olgin", "login") == 1);
  CHECK(distance("", "abc") == 3);
  CHECK(distance("abc", "") == 3);
  CHECK(distance("kitten", "sitting") == 3);
}

TEST_CASE("case and hyphens do not count") {
  CHECK(distance("Max-Connections", "max_connections") == 0);
}

TEST_CASE("only a near word was meant") {
  constexpr std::string_view kWords[] = {"modern", "intermediate", "legacy"};
  CHECK(nearest("moderm", kWords) == "modern");
  CHECK(nearest("intermedaite", kWords) == "intermediate");
  CHECK(nearest("old", kWords).empty());
  CHECK(nearest("", kWords).empty());
  CHECK(nearest(std::string(100'000, 'm'), kWords).empty());
}

TEST_CASE("of two words that are as near none was meant") {
  constexpr std::string_view kWords[] = {"1.0", "1.1", "1.2"};
  CHECK(nearest("1.4", kWords).empty());
  constexpr std::string_view kNearer[] = {"abx", "abcx", "aby"};
  CHECK(nearest("abcz", kNearer) == "abcx");
}

TEST_CASE("a key in the wrong table is found in the right one") {
  CHECK(schema().meant_by("limits.idle") == "timeouts.idle");
  CHECK(schema().meant_by("tls.cert_file") == "tls.certificate.cert_file");
  CHECK(schema().meant_by("policy.logn") == "policy.login");
  CHECK(schema().meant_by("listeners") == "listener");
  CHECK(schema().meant_by("log.name").empty());
}

}  // namespace postern::conf
