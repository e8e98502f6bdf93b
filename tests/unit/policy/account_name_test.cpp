// SPDX-License-Identifier: Apache-2.0
#include "policy/account_name.hpp"

#include <catch2/catch.hpp>

namespace postern::policy {

TEST_CASE("all spellings of a name are one account") {
  for (const char* user :
       {"alice", "ALICE", "alice@example.com", "Alice@EXAMPLE.COM", "CORP\\alice", "corp/Alice",
        "CORP\\alice@example.com", "CORP/alice/shared", "CORP\\alice\\shared mailbox",
        "alice@example.com/shared", "alice%example.com", "alice@example.com@pop.example.com",
        " alice", "alice  ", "\talice@example.com ", "CORP\\ alice"}) {
    INFO(user);
    CHECK(account_of(user) == "alice");
  }
}

TEST_CASE("a name that is all domain, or no more than a sign, is itself") {
  CHECK(account_of("@Example.com") == "@example.com");
  CHECK(account_of("CORP\\") == "corp\\");
  CHECK(account_of("/") == "/");
  CHECK(account_of("@") == "@");
  CHECK(account_of("").empty());
  CHECK(account_of("  ").empty());
  CHECK(account_of("@") != account_of("/"));
}

TEST_CASE("other names are other accounts") {
  CHECK(account_of("alice.b@example.com") == "alice.b");
  CHECK(account_of("Alice Liddell") == "alice liddell");
  CHECK(account_of("alice+mail") == "alice+mail");
  CHECK(account_of("\xc3\xa9lodie@example.com") == "\xc3\xa9lodie");
}

}  // namespace postern::policy
