// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/state_image.hpp"

#include <catch2/catch.hpp>

namespace postern::server {
namespace {

using namespace std::chrono_literals;
using policy::TimePoint;
using Exposed = policy::ExposedCredentials;

constexpr TimePoint kSteady{1000h};
constexpr std::chrono::sys_seconds kWall{std::chrono::sys_days(std::chrono::year(2026) / 12 / 1)};
constexpr Clocks kNow{kSteady, kWall};

LoginState state() {
  return {{{{1, 2, 3}, 77, kSteady - 2h, Exposed::Standing::kClaimed},
           {{4, 5, 6}, 78, kSteady - 1h, Exposed::Standing::kConfirmed}},
          {{3, {11, 22, kSteady - 72h}}, {15, {33, 44, kSteady}}}};
}

TimePoint first_seen(const std::string& image, const tls::KeyedHash& hash, const Clocks& now) {
  const auto read = from_image(image, hash, now);
  REQUIRE(read);
  return read->known.at(0).record.seen;
}

}  // namespace

TEST_CASE("an image tells what it was made of") {
  const tls::KeyedHash hash;
  const auto read = from_image(to_image(state(), hash, kNow), hash, kNow);
  REQUIRE(read);
  CHECK(read->exposed == state().exposed);
  REQUIRE(read->known.size() == 2);
  CHECK(read->known[0].part == 3);
  CHECK(read->known[0].record == state().known[0].record);
  CHECK(read->known[1].part == 15);
  CHECK(read->known[1].record == state().known[1].record);
  CHECK(from_image(to_image({}, hash, kNow), hash, kNow));
}

TEST_CASE("whatever was changed or cut is noticed") {
  const tls::KeyedHash hash;
  const std::string image = to_image(state(), hash, kNow);
  for (std::size_t i = 0; i < image.size(); ++i) {
    std::string changed = image;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    CHECK_FALSE(from_image(changed, hash, kNow));
    CHECK_FALSE(from_image(image.substr(0, i), hash, kNow));
  }
  CHECK_FALSE(from_image(image + '\0', hash, kNow));
  CHECK_FALSE(from_image(image, tls::KeyedHash(), kNow));
}

TEST_CASE("a restart of the machine and the time between count") {
  const tls::KeyedHash hash;
  const std::string image = to_image(state(), hash, kNow);
  const Clocks later{TimePoint(1min), kWall + 3h};
  CHECK(first_seen(image, hash, later) == TimePoint(1min) - 75h);
}

TEST_CASE("a wall clock that was set keeps nothing for ever and drops not everything") {
  const tls::KeyedHash hash;
  const std::string image = to_image(state(), hash, kNow);
  CHECK(first_seen(image, hash, {kSteady, kWall - 24h * 365}) == kSteady - 72h);
  CHECK(first_seen(image, hash, {kSteady, std::chrono::sys_seconds(0s)}) == kSteady - 72h);
  CHECK(first_seen(image, hash, {kSteady, kWall + 24h * 365}) == kSteady - 96h);
}

TEST_CASE("times that cannot be are taken for the nearest that can") {
  const tls::KeyedHash hash;
  LoginState odd;
  odd.known = {{0, {1, 2, kSteady + 5h}}, {1, {3, 4, kSteady - 24h * 365 * 100}}};
  const auto read = from_image(to_image(odd, hash, kNow), hash, kNow);
  REQUIRE(read);
  CHECK(read->known[0].record.seen == kSteady - 24h * 365 * 10);
  CHECK(read->known[1].record.seen == kSteady);
}

}  // namespace postern::server
