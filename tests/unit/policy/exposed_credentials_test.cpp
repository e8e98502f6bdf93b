// SPDX-License-Identifier: Apache-2.0
#include "policy/exposed_credentials.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "policy/sip_hash.hpp"

namespace postern::policy {
namespace {

using namespace std::chrono_literals;
using Digest = ExposedCredentials::Digest;

constexpr TimePoint kStart{std::chrono::hours(1000)};

std::uint64_t place(std::uint64_t number) { return SipHash({7, 8}).add(number).finish(); }
const std::uint64_t kHome = place(~0U);
const std::uint64_t kElsewhere = place(~1U);

// As good as random.
Digest digest(std::uint64_t number) {
  Digest result{};
  for (std::size_t half = 0; half < 2; ++half) {
    const std::uint64_t word = SipHash({half, 5}).add(number).finish();
    for (std::size_t i = 0; i < 8; ++i) {
      result[8 * half + i] = static_cast<std::uint8_t>(word >> (8 * i) & 0xff);
    }
  }
  return result;
}

}  // namespace

TEST_CASE("what was exposed is known") {
  ExposedCredentials exposed;
  CHECK_FALSE(exposed.contains(digest(1)));
  exposed.remember(digest(1), kHome, kStart);
  exposed.remember(digest(1), kHome, kStart + 1s);
  exposed.remember(digest(2), kHome, kStart);
  CHECK(exposed.contains(digest(1)));
  CHECK(exposed.contains(digest(2)));
  CHECK_FALSE(exposed.contains(digest(3)));
  CHECK(exposed.size() == 2);
}

TEST_CASE("a digest that differs in one bit is another") {
  ExposedCredentials exposed;
  exposed.remember(digest(1), kHome, kStart);
  for (std::size_t bit = 0; bit < 128; ++bit) {
    Digest other = digest(1);
    other[bit / 8] = static_cast<std::uint8_t>(other[bit / 8] ^ (1U << bit % 8));
    CHECK_FALSE(exposed.contains(other));
    exposed.confirm(other);
  }
  CHECK(exposed.contains(digest(1)));
}

TEST_CASE("a hundred and twenty thousand from one place push nothing out") {
  ExposedCredentials exposed;
  constexpr std::uint64_t kShown = 2'000;  // by one place each
  for (std::uint64_t i = 0; i < kShown; ++i) exposed.remember(digest(i), place(i), kStart);
  for (std::uint64_t i = 0; i < 120'000; ++i) {
    exposed.remember(digest(1'000'000 + i), kElsewhere, kStart + std::chrono::milliseconds(i));
  }
  std::uint64_t left = 0;
  for (std::uint64_t i = 0; i < kShown; ++i) left += exposed.contains(digest(i)) ? 1U : 0U;
  CHECK(left == kShown);
  CHECK(exposed.contains(digest(1'119'999)));
  CHECK_FALSE(exposed.contains(digest(1'000'000)));
  CHECK(exposed.records().size() <= kShown + exposed.capacity() / 64);
}

TEST_CASE("of many places that show much, each loses before one that shows little") {
  ExposedCredentials exposed(4096);
  for (std::uint64_t i = 0; i < 200; ++i) exposed.remember(digest(i), place(i), kStart);
  for (std::uint64_t i = 0; i < 40'000; ++i) {
    exposed.remember(digest(1'000'000 + i), place(10'000 + i % 100), kStart + 1min);
  }
  std::uint64_t left = 0;
  for (std::uint64_t i = 0; i < 200; ++i) left += exposed.contains(digest(i)) ? 1U : 0U;
  CHECK(left == 200);
  CHECK(exposed.size() <= 4096);
}

TEST_CASE("within a place the latest stay, and what is confirmed") {
  ExposedCredentials exposed(4096);
  for (std::uint64_t i = 0; i < 50; ++i) exposed.remember(digest(i), kHome, kStart);
  for (std::uint64_t i = 0; i < 25; ++i) exposed.confirm(digest(i));
  for (std::uint64_t i = 1000; i < 101'000; ++i) {
    exposed.remember(digest(i), kHome, kStart + std::chrono::milliseconds(i));
  }
  for (std::uint64_t i = 0; i < 25; ++i) CHECK(exposed.contains(digest(i)));
  for (std::uint64_t i = 25; i < 50; ++i) CHECK_FALSE(exposed.contains(digest(i)));
  for (std::uint64_t i = 100'937; i < 101'000; ++i) CHECK(exposed.contains(digest(i)));
  CHECK_FALSE(exposed.contains(digest(1000)));
}

TEST_CASE("a program that polls uses up no quota, and its password stays") {
  ExposedCredentials exposed(4096);  // 64 a place
  exposed.remember(digest(7), kHome, kStart);
  exposed.remember(digest(1), kHome, kStart);
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    exposed.remember(digest(1), kHome, kStart + std::chrono::minutes(i));
  }
  CHECK(exposed.contains(digest(7)));
  for (std::uint64_t i = 1000; i < 3000; ++i) {
    exposed.remember(digest(i), kHome, kStart);
    if (i % 20 == 0) exposed.remember(digest(1), kHome, kStart);
  }
  CHECK(exposed.contains(digest(1)));
  CHECK_FALSE(exposed.contains(digest(7)));
}

TEST_CASE("what is exposed once more is young again, and stays confirmed") {
  ExposedCredentials exposed(8);
  for (std::uint64_t i = 0; i < 8; ++i) {
    exposed.remember(digest(i), place(i), kStart + std::chrono::seconds(i));
  }
  exposed.confirm(digest(1));
  exposed.remember(digest(1), place(1), kStart + 1min);
  exposed.remember(digest(0), place(0), kStart + 1min);
  for (std::uint64_t i = 100; i < 106; ++i) exposed.remember(digest(i), place(i), kStart + 2min);
  CHECK(exposed.contains(digest(0)));
  CHECK(exposed.contains(digest(1)));
  for (std::uint64_t i = 2; i < 8; ++i) CHECK_FALSE(exposed.contains(digest(i)));
  for (std::uint64_t i = 200; i < 300; ++i) exposed.remember(digest(i), place(i), kStart + 3min);
  CHECK(exposed.contains(digest(1)));
}

TEST_CASE("what was restored is what was recorded") {
  ExposedCredentials before;
  for (std::uint64_t i = 0; i < 300; ++i) {
    before.remember(digest(i), place(i % 7), kStart + std::chrono::seconds(i));
  }
  before.confirm(digest(5));
  auto records = before.records();
  REQUIRE(records.size() == 300);
  std::ranges::sort(records, {}, &ExposedCredentials::Record::seen);
  ExposedCredentials after;
  for (const auto& record : records) after.restore(record);
  CHECK(after.changes() == 0);
  auto again = after.records();
  std::ranges::sort(again, {}, &ExposedCredentials::Record::seen);
  CHECK(again == records);
  CHECK(std::ranges::count(again, ExposedCredentials::Standing::kConfirmed,
                           &ExposedCredentials::Record::standing) == 1);
}

TEST_CASE("a change is what is worth to be written down") {
  ExposedCredentials exposed;
  exposed.remember(digest(1), kHome, kStart);
  const auto shown = exposed.changes();
  CHECK(shown > 0);
  exposed.remember(digest(1), kHome, kStart + 5min);
  CHECK(exposed.changes() == shown);
  exposed.remember(digest(1), kHome, kStart + 1h);
  exposed.confirm(digest(1));
  CHECK(exposed.changes() == shown + 2);
  exposed.confirm(digest(1));
  exposed.confirm(digest(2));
  CHECK(exposed.changes() == shown + 2);
}

}  // namespace postern::policy
