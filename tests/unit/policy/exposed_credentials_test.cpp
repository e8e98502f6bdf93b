#include "policy/exposed_credentials.hpp"

#include <catch2/catch.hpp>

#include "policy/sip_hash.hpp"

namespace postern::policy {
namespace {

using namespace std::chrono_literals;
using Digest = ExposedCredentials::Digest;

constexpr TimePoint kStart{std::chrono::hours(1000)};

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

TEST_CASE("what was exposed is known until it is forgotten") {
  ExposedCredentials exposed;
  CHECK_FALSE(exposed.contains(digest(1)));
  exposed.remember(digest(1), kStart);
  exposed.remember(digest(1), kStart + 1s);
  exposed.remember(digest(2), kStart);
  CHECK(exposed.contains(digest(1)));
  CHECK(exposed.contains(digest(2)));
  CHECK_FALSE(exposed.contains(digest(3)));
  CHECK(exposed.size() == 2);
  exposed.forget(digest(1));
  exposed.forget(digest(3));
  CHECK_FALSE(exposed.contains(digest(1)));
  CHECK(exposed.contains(digest(2)));
}

TEST_CASE("a digest that differs in one bit is another") {
  ExposedCredentials exposed;
  exposed.remember(digest(1), kStart);
  for (std::size_t bit = 0; bit < 128; ++bit) {
    Digest other = digest(1);
    other[bit / 8] = static_cast<std::uint8_t>(other[bit / 8] ^ (1U << bit % 8));
    CHECK_FALSE(exposed.contains(other));
    exposed.forget(other);
    exposed.confirm(other);
  }
  CHECK(exposed.contains(digest(1)));
}

TEST_CASE("a flood stays within the bound, drops the oldest and keeps what is confirmed") {
  ExposedCredentials exposed(4096);
  CHECK(exposed.bytes() <= 4096 * 40);
  for (std::uint64_t i = 0; i < 50; ++i) exposed.remember(digest(i), kStart);
  for (std::uint64_t i = 0; i < 25; ++i) exposed.confirm(digest(i));
  for (std::uint64_t i = 1000; i < 101'000; ++i) {
    exposed.remember(digest(i), kStart + std::chrono::milliseconds(i));
  }
  CHECK(exposed.size() <= 4096);
  CHECK(exposed.size() > 4000);
  for (std::uint64_t i = 0; i < 25; ++i) CHECK(exposed.contains(digest(i)));
  for (std::uint64_t i = 25; i < 50; ++i) CHECK_FALSE(exposed.contains(digest(i)));
  CHECK(exposed.contains(digest(100'999)));
  CHECK_FALSE(exposed.contains(digest(1000)));
}

TEST_CASE("what is exposed once more is young again, and stays confirmed") {
  ExposedCredentials exposed(8);
  for (std::uint64_t i = 0; i < 8; ++i) {
    exposed.remember(digest(i), kStart + std::chrono::seconds(i));
  }
  exposed.confirm(digest(1));
  exposed.remember(digest(1), kStart + 1min);
  exposed.remember(digest(0), kStart + 1min);
  for (std::uint64_t i = 100; i < 106; ++i) exposed.remember(digest(i), kStart + 2min);
  CHECK(exposed.contains(digest(0)));
  CHECK(exposed.contains(digest(1)));
  for (std::uint64_t i = 2; i < 8; ++i) CHECK_FALSE(exposed.contains(digest(i)));
  for (std::uint64_t i = 200; i < 300; ++i) exposed.remember(digest(i), kStart + 3min);
  CHECK(exposed.contains(digest(1)));
}

}  // namespace postern::policy
