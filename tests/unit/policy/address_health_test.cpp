// SPDX-License-Identifier: Apache-2.0
#include "policy/address_health.hpp"

#include <catch2/catch.hpp>

namespace postern::policy {
namespace {

using std::chrono::milliseconds;
using Change = AddressHealth::Change;

constexpr HealthLimits kUsual{};
constexpr milliseconds kNow{10'000};

AddressHealth down_at(milliseconds now) {
  AddressHealth health;
  for (std::uint32_t i = 0; i < kUsual.fall; ++i) health.note_failure(now, kUsual, 0);
  REQUIRE(health.is_down());
  return health;
}

}  // namespace

TEST_CASE("a failure is remembered for a while, and a success ends that") {
  AddressHealth health;
  CHECK(health.trust(kNow, 0) == Trust::kGood);
  CHECK(health.note_failure(kNow, kUsual, 0) == Change::kNone);
  CHECK(health.trust(kNow + milliseconds(999), 0) == Trust::kSuspect);
  CHECK(health.trust(kNow + milliseconds(1'000), 0) == Trust::kGood);
  health.note_failure(kNow + milliseconds(1'000), kUsual, 0);
  CHECK(health.trust(kNow + milliseconds(2'999), 0) == Trust::kSuspect);
  CHECK(health.note_success(kUsual) == Change::kNone);
  CHECK(health.trust(kNow + milliseconds(2'999), 0) == Trust::kGood);
}

TEST_CASE("failures at one time are one step of the back-off") {
  AddressHealth health;
  for (int i = 0; i < 100; ++i) health.note_failure(kNow, {.rise = 2, .fall = 0}, 0);
  CHECK(health.failures() == 100);
  CHECK(health.trust(kNow + milliseconds(1'000), 0) == Trust::kGood);
}

TEST_CASE("as many failures in a row as it takes are an outage, told once") {
  AddressHealth health;
  CHECK(health.note_failure(kNow, kUsual, 0) == Change::kNone);
  CHECK(health.note_failure(kNow, kUsual, 0) == Change::kNone);
  health.note_success(kUsual);
  CHECK(health.note_failure(kNow, kUsual, 0) == Change::kNone);
  CHECK(health.note_failure(kNow, kUsual, 0) == Change::kNone);
  CHECK(health.note_failure(kNow + milliseconds(5), kUsual, 0) == Change::kDown);
  CHECK(health.note_failure(kNow + milliseconds(6), kUsual, 0) == Change::kNone);
  CHECK(health.down_since() == kNow + milliseconds(5));
  CHECK(health.trust(kNow + milliseconds(100'000), 0) == Trust::kDown);
}

TEST_CASE("as many successes in a row as it takes end it, told once") {
  AddressHealth health = down_at(kNow);
  CHECK(health.note_success(kUsual) == Change::kNone);
  CHECK(health.trust(kNow, 0) == Trust::kDown);
  health.note_failure(kNow, kUsual, 0);
  CHECK(health.note_success(kUsual) == Change::kNone);
  CHECK(health.note_success(kUsual) == Change::kUp);
  CHECK(health.note_success(kUsual) == Change::kNone);
  CHECK_FALSE(health.is_down());
}

TEST_CASE("where it is off, nothing is ever down") {
  AddressHealth health;
  for (int i = 0; i < 1'000; ++i) {
    CHECK(health.note_failure(kNow, {.rise = 2, .fall = 0}, 0) == Change::kNone);
  }
  CHECK(health.trust(kNow, 0) == Trust::kSuspect);
}

TEST_CASE("doubt puts it behind the others, and counts for nothing") {
  AddressHealth health;
  for (int i = 0; i < 100; ++i) health.note_doubt(kNow, 0);
  CHECK(health.failures() == 0);
  CHECK(health.trust(kNow, 0) == Trust::kSuspect);
  CHECK(health.trust(kNow + milliseconds(1'000), 0) == Trust::kGood);
}

TEST_CASE("after an outage one may dial, then two, and at last everybody") {
  AddressHealth health = down_at(kNow);
  health.note_success(kUsual);
  health.note_success(kUsual);
  for (std::uint32_t window = 1; window <= 64; window *= 2) {
    CHECK(health.trust(kNow, window - 1) == Trust::kGood);
    CHECK(health.trust(kNow, window) == Trust::kSuspect);
    health.note_success(kUsual);
  }
  CHECK(health.trust(kNow, 1'000'000) == Trust::kGood);
}

}  // namespace postern::policy
