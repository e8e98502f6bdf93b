// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <set>

#include "tls/ticket_ring.hpp"

namespace postern::tls {
namespace {

using namespace std::chrono_literals;
using TimePoint = TicketKeys::TimePoint;

const TimePoint kStart{1000h};

TicketKey sealing(const TicketKeys& keys) { return keys.ring()->sealing(); }

TEST_CASE("a key seals for twelve hours", "[ticket_keys]") {
  TicketKeys keys(kStart);
  const auto first = sealing(keys).name;
  CHECK_FALSE(keys.rotate(kStart));
  CHECK_FALSE(keys.rotate(kStart + 12h - 1s));
  CHECK(sealing(keys).name == first);
  CHECK(keys.rotate(kStart + 12h));
  CHECK(sealing(keys).name != first);
  CHECK_FALSE(keys.rotate(kStart + 12h + 1s));
}

TEST_CASE("two older generations still open tickets", "[ticket_keys]") {
  TicketKeys keys(kStart);
  const auto first = sealing(keys).name;
  REQUIRE(keys.rotate(kStart + 12h));
  CHECK(keys.ring()->find(first) != nullptr);
  REQUIRE(keys.rotate(kStart + 24h));
  CHECK(keys.ring()->find(first) != nullptr);
  REQUIRE(keys.rotate(kStart + 36h));
  CHECK(keys.ring()->find(first) == nullptr);
}

TEST_CASE("age counts, not the number of rotations", "[ticket_keys]") {
  TicketKeys keys(kStart);
  const auto first = sealing(keys).name;
  SECTION("a long pause retires a key at once") {
    REQUIRE(keys.rotate(kStart + 36h));
    CHECK(keys.ring()->find(first) == nullptr);
  }
  SECTION("a shorter one does not") {
    REQUIRE(keys.rotate(kStart + 35h));
    CHECK(keys.ring()->find(first) != nullptr);
  }
}

TEST_CASE("a ring that is in use stays as it is", "[ticket_keys]") {
  TicketKeys keys(kStart);
  const auto before = keys.ring();
  const auto first = before->sealing().name;
  for (int i = 1; i <= 4; ++i) {
    REQUIRE(keys.rotate(kStart + i * 12h));
  }
  CHECK(before->sealing().name == first);
  CHECK(before->find(first) != nullptr);
}

TEST_CASE("keys are all different", "[ticket_keys]") {
  TicketKeys keys(kStart);
  std::set<std::array<std::uint8_t, 32>> seen;
  for (int i = 0; i < 10; ++i) {
    keys.rotate(kStart + i * 12h);
    seen.insert(sealing(keys).cipher);
    seen.insert(sealing(keys).mac);
  }
  CHECK(seen.size() == 20);
  CHECK(keys.ring()->find(std::array<std::uint8_t, 16>{}) == nullptr);
}

TEST_CASE("a key is wiped when it dies", "[ticket_keys]") {
  alignas(TicketKey) std::array<std::uint8_t, sizeof(TicketKey)> memory{};
  auto* key = new (memory.data()) TicketKey(TicketKey::random(kStart));
  const auto cipher = key->cipher;
  const auto mac = key->mac;
  const auto holds = [&memory](const auto& secret) {
    return std::ranges::search(memory, secret).begin() != memory.end();
  };
  REQUIRE(holds(cipher));
  REQUIRE(holds(mac));
  key->~TicketKey();
  CHECK_FALSE(holds(cipher));
  CHECK_FALSE(holds(mac));
}

}  // namespace
}  // namespace postern::tls
