// SPDX-License-Identifier: Apache-2.0
#include "policy/right_secrets.hpp"

#include <catch2/catch.hpp>

namespace postern::policy {

TEST_CASE("the secrets used last stay, and the memory is bounded") {
  using namespace std::chrono_literals;
  RightSecrets secrets(64);
  TimePoint now{1000h};
  secrets.note(7, now);
  const std::size_t before = secrets.bytes();
  for (std::uint64_t digest = 1'000; digest < 11'000; ++digest) {
    now += 1s;
    secrets.note(digest, now);
    if (digest % 7 == 0) secrets.note(7, now);
  }
  CHECK(secrets.bytes() == before);
  CHECK(secrets.holds(7));
  CHECK(secrets.holds(10'999));
  CHECK_FALSE(secrets.holds(1'000));
  CHECK_FALSE(secrets.holds(8));
}

}  // namespace postern::policy
