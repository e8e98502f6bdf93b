// SPDX-License-Identifier: Apache-2.0
// How long an answer is good for: its TTL, and longer while nobody gives another.
#include "tests/loop/resolver_world.hpp"

namespace postern::net {
namespace {

using Texts = std::vector<std::string>;
using std::chrono::milliseconds;

// Looks again until something has changed.
void find_until(ResolverWorld& world, const std::function<bool(const Found&)>& changed) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!changed(world.find("mail.test"))) {
    REQUIRE(std::chrono::steady_clock::now() < end);
    world.turn([looked = 0]() mutable { return ++looked == 5; });
  }
}

TEST_CASE("an answer is used for its TTL, and then asked for again") {
  ResolverWorld world;
  world.server.ttl = 1;
  world.server.names["mail.test"] = {"127.0.0.2"};
  const auto begun = std::chrono::steady_clock::now();
  world.find("mail.test");
  world.server.names["mail.test"] = {"127.0.0.3"};
  CHECK(world.find("mail.test").addresses == Texts{"127.0.0.2:110"});
  find_until(world, [](const Found& found) { return found.addresses == Texts{"127.0.0.3:110"}; });
  CHECK(std::chrono::steady_clock::now() - begun >= milliseconds(950));
  CHECK(world.server.asked == 2);
}

TEST_CASE("an answer without a TTL is for those who waited") {
  ResolverWorld world;
  world.server.ttl = 0;
  world.server.names["mail.test"] = {"127.0.0.2"};
  world.find("mail.test");
  world.find("mail.test");
  CHECK(world.server.asked == 2);
}

TEST_CASE("while the server is silent, or fails, an old answer is used") {
  ResolverWorld world({.limit_with_old = milliseconds(200), .doubt = milliseconds(60'000)});
  world.server.ttl = 0;
  world.server.names["mail.test"] = {"127.0.0.2"};
  world.find("mail.test");
  world.server.failure = GENERATE(0U, 2U);
  world.server.silent = world.server.failure == 0;
  const Found old = world.find("mail.test");
  CHECK(old.addresses == Texts{"127.0.0.2:110"});
  CHECK(old.error == 0);
  const int asked = world.server.asked;
  CHECK(world.find("mail.test").addresses == Texts{"127.0.0.2:110"});
  CHECK(world.server.asked == asked);  // the next one does not wait for it
}

TEST_CASE("a server that is back is asked again") {
  ResolverWorld world({.limit_with_old = milliseconds(100), .doubt = milliseconds(100)});
  world.server.ttl = 0;
  world.server.names["mail.test"] = {"127.0.0.2"};
  world.find("mail.test");
  world.server.silent = true;
  CHECK(world.find("mail.test").addresses == Texts{"127.0.0.2:110"});
  world.server.silent = false;
  world.server.names["mail.test"] = {"127.0.0.3"};
  find_until(world, [](const Found& found) { return found.addresses == Texts{"127.0.0.3:110"}; });
}

TEST_CASE("a name that is gone takes its old answer along") {
  ResolverWorld world;
  world.server.ttl = 0;
  world.server.names["mail.test"] = {"127.0.0.2"};
  world.find("mail.test");
  world.server.names.clear();
  CHECK(world.find("mail.test").error == UV_EAI_NONAME);
  world.server.failure = 2;
  CHECK(world.find("mail.test").addresses.empty());
}

TEST_CASE("an answer may be too old to be used at all") {
  ResolverWorld world({.limit = milliseconds(100), .oldest = milliseconds(0)});
  world.server.ttl = 0;
  world.server.names["mail.test"] = {"127.0.0.2"};
  world.find("mail.test");
  world.server.silent = true;
  CHECK(world.find("mail.test").error == UV_ETIMEDOUT);
}

}  // namespace
}  // namespace postern::net
