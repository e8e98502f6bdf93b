// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/capabilities.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace postern::pop3 {
namespace {

using policy::Capability;
using News = LearnedCapabilities::News;

BackendCapabilities read(std::initializer_list<std::string_view> lines) {
  CapabilityReader reader;
  for (const std::string_view line : lines) CHECK(reader.take(line));
  return reader.list();
}

}  // namespace

TEST_CASE("what postern can vouch for is understood, in any case and with arguments") {
  CHECK(read({"top", "UIDL", "SASL PLAIN NTLM", "Utf8 USER", "LANG"}).has ==
        policy::CapabilitySet{Capability::kTop, Capability::kUidl, Capability::kSasl,
                              Capability::kUtf8, Capability::kLang});
}

TEST_CASE("the inside is not even kept") {
  CHECK(read({"IMPLEMENTATION exch01", "XCLIENT ADDR", "X-VERSION 6.5", "", " TOP", "TOPS", "TOP\t",
              "\xff"}) == BackendCapabilities());
}

TEST_CASE("arguments that are well-formed are written anew") {
  const auto list = read({"EXPIRE 0060 user", "LOGIN-DELAY 900"});
  CHECK(list.expire == "60 USER");
  CHECK(list.login_delay == "900");
  CHECK(list.has == policy::CapabilitySet{Capability::kExpire, Capability::kLoginDelay});
  CHECK(read({"EXPIRE never"}).expire == "NEVER");
  CHECK(read({"EXPIRE 0"}).expire == "0");
  CHECK(read({"LOGIN-DELAY 900 USER"}).login_delay == "900 USER");
  for (const std::string_view bad :
       {"EXPIRE", "EXPIRE ", "EXPIRE exch01", "EXPIRE 60 days", "EXPIRE -1", "EXPIRE 60 USER x",
        "EXPIRE 2147483648", "LOGIN-DELAY NEVER", "LOGIN-DELAY", "LOGIN-DELAY  900"}) {
    INFO(bad);
    CHECK(read({bad}) == BackendCapabilities());
  }
}

TEST_CASE("a malformed line does not undo a good one") {
  const auto list = read({"EXPIRE 60", "EXPIRE exch01"});
  CHECK(list.expire == "60");
  CHECK(list.has.contains(Capability::kExpire));
}

TEST_CASE("a list has an end") {
  CapabilityReader reader;
  for (int i = 0; i < 100; ++i) CHECK(reader.take("X"));
  CHECK_FALSE(reader.take("X"));
}

TEST_CASE("what was learned is remembered, and a change is news") {
  LearnedCapabilities learned;
  CHECK_FALSE(learned.get());
  CHECK(learned.learn({}) == News::kFirst);
  CHECK(learned.get() == policy::CapabilitySet());
  CHECK(learned.learn({}) == News::kNone);
  CHECK(learned.learn({Capability::kTop}) == News::kChanged);
  CHECK(learned.get() == policy::CapabilitySet{Capability::kTop});
}

}  // namespace postern::pop3
