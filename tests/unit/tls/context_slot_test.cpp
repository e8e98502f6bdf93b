// SPDX-License-Identifier: Apache-2.0
#include "tls/context_slot.hpp"

#include <catch2/catch.hpp>

#include "tests/support/tls_pair.hpp"

namespace postern::testing {
namespace {

TlsClientOptions asking_for(const char* name) {
  TlsClientOptions options;
  options.sni = name;
  return options;
}

}  // namespace

TEST_CASE("a handshake gets what the slot holds when it begins, and keeps it") {
  TestServer older;
  TestServer newer;
  newer.certificates = {test_certificate({"new.example.com"})};
  tls::ContextSlot slot(older.context());
  const std::weak_ptr<const tls::ServerContext> watched = slot.current();
  {
    TlsPair before(slot.current(), asking_for("pop.example.com"));
    slot.replace(newer.context());
    TlsPair after(slot.current(), asking_for("new.example.com"));
    CHECK(before.handshake());
    CHECK(after.handshake());
    CHECK(before.client.server_name() == "pop.example.com");
    CHECK(after.client.server_name() == "new.example.com");
    CHECK_FALSE(watched.expired());
  }
  CHECK(watched.expired());
}

}  // namespace postern::testing
