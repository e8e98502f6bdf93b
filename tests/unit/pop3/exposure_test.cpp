// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/exposure.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "proxy/pop3/base64.hpp"

namespace postern::pop3 {
namespace {

using policy::Mechanism;
using Sight = Exposure::Sight;
using std::string_literals::operator""s;

struct Seen {
  std::string mechanism;
  std::string user;
  std::string password;
  bool operator==(const Seen&) const = default;
};

/// What the last of these lines shows.
Seen seen(const std::vector<std::string>& lines) {
  Exposure exposure;
  Sight sight = Sight::kNothing;
  for (const std::string& line : lines) sight = exposure.see(line);
  const auto shown = exposure.take();
  CHECK(shown.has_value() == (sight == Sight::kSecret));
  if (!shown) return {};
  return {std::string(policy::name_of(shown->mechanism)), shown->credential.user,
          std::string(shown->credential.password.reveal())};
}

std::string base64(std::string_view text) { return std::string(encode_base64(text).reveal()); }

}  // namespace

TEST_CASE("passwords are seen whatever stands around them") {
  for (const std::string& line :
       {"PASS secret"s, "pass secret"s, "\tPASS\tsecret"s, "\xef\xbb\xbfPASS secret"s,
        "PASS secret\r"s, "\0PASS secret"s, "PASS\0secret"s, "PASS \tsecret\r\r"s}) {
    INFO(line);
    CHECK(seen({"USER alice", line}) == Seen{"USER", "alice", "secret"});
    CHECK(seen({line}) == Seen{"USER", "", "secret"});
  }
  CHECK(seen({"user\t alice \r", "PASS  secret "}) == Seen{"USER", "alice", " secret "});
  CHECK(seen({"USER alice", "USER a\tb", "PASS s"}) == Seen{"USER", "", "s"});
  CHECK(seen({"PASS s\tecret"}) == Seen{"USER", "", ""});
  CHECK(seen({"PASS  "}) == Seen{"USER", "", " "});
  CHECK(seen({"PASS \xe4"}) == Seen{"USER", "", "\xe4"});
}

TEST_CASE("so are those behind AUTH PLAIN") {
  const Seen alice{"PLAIN", "alice", "secret"};
  for (const char* line :
       {"AUTH PLAIN AGFsaWNlAHNlY3JldA==", "auth\tplain\tAGFsaWNlAHNlY3JldA",
        " AUTH  PLAIN  AGFsaWNl AHNlY3JldA= ", "AUTH PLAIN YWxpY2UAc2VjcmV0",
        "AUTH PLAIN Ym9zcwBhbGljZQBzZWNyZXQ", "AUTH PLAIN AGFsaWNl=AHNlY3JldA==="}) {
    INFO(line);
    CHECK(seen({line}) == alice);
  }
  CHECK(seen({"AUTH PLAIN", "AGFsaWNlAHNlY3JldA"}) == alice);
  CHECK(seen({"AUTH PLAIN", "\tAGFsaWNlAHNlY3JldA\r"}) == alice);
  CHECK(seen({"AUTH PLAIN \0alice\0secret"s}) == alice);
  CHECK(seen({"AUTH PLAIN", "\0alice\0secret"s}) == alice);
  CHECK(seen({"AUTH PLAIN " + base64("\0alice\0sec\0ret"s)}) == Seen{"PLAIN", "alice", ""});
}

TEST_CASE("and behind LOGIN, and tokens") {
  CHECK(seen({"AUTH LOGIN", "YWxpY2U", "c2VjcmV0Nw"}) == Seen{"LOGIN", "alice", "secret7"});
  CHECK(seen({"AUTH LOGIN YWxpY2U", " c2Vj cmV0Nw== "}) == Seen{"LOGIN", "alice", "secret7"});
  CHECK(seen({"AUTH LOGIN =", "c2VjcmV0Nw"}) == Seen{"LOGIN", "", "secret7"});
  const std::string token = base64("user=alice\1auth=Bearer x\1\1");
  CHECK(seen({"AUTH XOAUTH2 " + token}) == Seen{"XOAUTH2", "alice", token});
  CHECK(seen({"AUTH XOAUTH2", token}) == Seen{"XOAUTH2", "alice", token});
}

TEST_CASE("lines that show no password") {
  for (const char* line : {"",
                           " ",
                           "\t\t",
                           "PASS",
                           "PASS ",
                           " PASS",
                           "PASSWORD secret",
                           "XPASS secret",
                           "USER alice",
                           "AUTH",
                           "AUTH PLAIN",
                           "AUTH PLAIN ",
                           "AUTH PLAIN =",
                           "AUTH PLAIN *",
                           "AUTH LOGIN YWxpY2U=",
                           "AUTH CRAM-MD5 x",
                           "AUTH PLAINTEXT AGEAYg==",
                           "AUTH PLAIN YWxpY2U=",
                           "APOP alice secret",
                           "AUTH NTLM TlRMTVNTUAAB",
                           "STAT",
                           "QUIT PASS secret"}) {
    INFO(line);
    CHECK(seen({line}) == Seen{});
  }
  CHECK(seen({"AUTH PLAIN", "*"}) == Seen{});
  CHECK(seen({"AUTH LOGIN", "YWxpY2U=", "*"}) == Seen{});
  CHECK(seen({"AUTH LOGIN", "YWxpY2U=", ""}) == Seen{});
  CHECK(seen({"AUTH LOGIN", "YWxpY2U=", "CAPA", "c2VjcmV0Nw=="}) == Seen{});
  CHECK(seen({"AUTH PLAIN", "QUIT"}) == Seen{});
  CHECK(seen({"PASS secret", "CAPA"}) == Seen{});
}

TEST_CASE("what is taken is gone") {
  Exposure exposure;
  exposure.see("PASS secret");
  CHECK(exposure.take());
  CHECK_FALSE(exposure.take());
}

}  // namespace postern::pop3
