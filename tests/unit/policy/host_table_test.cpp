// SPDX-License-Identifier: Apache-2.0
#include "policy/host_table.hpp"

#include <catch2/catch.hpp>

#include "policy/host_name.hpp"

namespace postern::policy {

TEST_CASE("a name is found in any case, with or without its final dot", "[host_table]") {
  HostTable table;
  REQUIRE(table.add("pop.example.com", 3));
  CHECK(table.find("pop.example.com") == 3);
  CHECK(table.find("POP.Example.COM.") == 3);
  CHECK_FALSE(table.find("pop.example.org"));
  CHECK_FALSE(table.find("a.pop.example.com"));
  CHECK_FALSE(table.find(""));
}

TEST_CASE("a wildcard covers one label, and comes after the name itself", "[host_table]") {
  HostTable table;
  REQUIRE(table.add("*.example.com", 0));
  REQUIRE(table.add("old.example.com", 1));
  CHECK(table.find("pop.example.com") == 0);
  CHECK(table.find("old.example.com") == 1);
  CHECK_FALSE(table.find("example.com"));
  CHECK_FALSE(table.find("a.b.example.com"));
}

TEST_CASE("what is left belongs to one of them, if that is said", "[host_table]") {
  HostTable table;
  REQUIRE(table.add("old.example.com", 1));
  table.set_otherwise(0);
  CHECK(table.find("old.example.com") == 1);
  CHECK(table.find("pop.example.com") == 0);
  CHECK(table.find("localhost") == 0);
  CHECK(table.find("") == 0);
}

TEST_CASE("whoever came first keeps a name", "[host_table]") {
  HostTable table;
  REQUIRE(table.add("Pop.example.com", 0));
  CHECK_FALSE(table.add("pop.example.com.", 1));
  REQUIRE(table.add("*.example.com", 0));
  CHECK_FALSE(table.add("*.EXAMPLE.com", 1));
  CHECK(table.find("pop.example.com") == 0);
}

TEST_CASE("patterns are names and wildcards as their first label", "[host_table]") {
  CHECK(is_host_pattern("pop.example.com"));
  CHECK(is_host_pattern("*.example.com"));
  for (const auto* const wrong :
       {"", "*", "*.", "*.*.example.com", "pop.*.com", "p*.example.com", "*example.com", "a b"}) {
    CHECK_FALSE(is_host_pattern(wrong));
  }
}

}  // namespace postern::policy
