// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/resolver.hpp"

#include <algorithm>

#include "tests/loop/resolver_world.hpp"

namespace postern::net {
namespace {

using Texts = std::vector<std::string>;

TEST_CASE("a name of the hosts file is found, with the port that was asked for") {
  ResolverWorld world;
  const Found found = world.find("localhost", 110);
  REQUIRE_FALSE(found.addresses.empty());
  CHECK(found.addresses.front().ends_with(":110"));
  CHECK(world.server.asked == 0);
}

TEST_CASE("a name that no server could know is not asked for") {
  ResolverWorld world;
  const Found found = world.find(std::string(64, 'a'));
  CHECK(found.addresses.empty());
  CHECK(found.error != 0);
  CHECK(world.server.asked == 0);
}

TEST_CASE("addresses of both families are found, each name once for all ports") {
  ResolverWorld world;
  world.server.names["mail.test"] = {"127.0.0.2", "::1"};
  Found found = world.find("mail.test", 110);
  std::ranges::sort(found.addresses);
  CHECK(found.addresses == Texts{"127.0.0.2:110", "[::1]:110"});
  CHECK(found.error == 0);
  CHECK(world.find("mail.test", 1110).addresses.size() == 2);
  CHECK(world.server.asked == 1);
}

// RFC 6724: the loopback's narrow scope goes before an address that no route leads to.
TEST_CASE("what can be reached comes first") {
  ResolverWorld world;
  world.server.names["mail.test"] = {"2001:db8::1", "127.0.0.2"};
  CHECK(world.find("mail.test").addresses.front() == "127.0.0.2:110");
}

TEST_CASE("one of the two families may be missing") {
  ResolverWorld world;
  world.server.names["four.test"] = {"127.0.0.2"};
  world.server.names["six.test"] = {"::1"};
  CHECK(world.find("four.test").addresses == Texts{"127.0.0.2:110"});
  CHECK(world.find("six.test").addresses == Texts{"[::1]:110"});
}

TEST_CASE("a name that is not there has no address, and is asked for again") {
  ResolverWorld world;
  const Found found = world.find("nobody.test");
  CHECK(found.addresses.empty());
  CHECK(found.error == UV_EAI_NONAME);
  world.server.names["nobody.test"] = {"127.0.0.3"};
  CHECK(world.find("nobody.test").addresses == Texts{"127.0.0.3:110"});
}

TEST_CASE("a name without an address is told from one that is not there") {
  ResolverWorld world;
  world.server.names["empty.test"] = {};
  CHECK(world.find("empty.test").error == UV_EAI_NODATA);
}

TEST_CASE("a server that is silent is waited for as long as it may be, and no longer") {
  ResolverWorld world({.limit = std::chrono::milliseconds(300)});
  world.server.silent = true;
  const auto begun = std::chrono::steady_clock::now();
  const Found found = world.find("mail.test");
  CHECK(found.addresses.empty());
  CHECK(found.error == UV_ETIMEDOUT);
  const auto taken = std::chrono::steady_clock::now() - begun;
  CHECK(taken >= std::chrono::milliseconds(290));
  CHECK(taken < std::chrono::seconds(5));
}

TEST_CASE("a server that fails is no proof that the name is not there") {
  ResolverWorld world;
  world.server.names["mail.test"] = {"127.0.0.2"};
  world.server.failure = 2;
  CHECK(world.find("mail.test").error == UV_EAI_AGAIN);
}

TEST_CASE("all who wait for a name share one question") {
  ResolverWorld world;
  world.server.names["mail.test"] = {"127.0.0.2"};
  std::optional<Found> first, second;
  const Lookup a(world.resolver, "mail.test", 110, ResolverWorld::note_in(first));
  const Lookup b(world.resolver, "mail.test", 995, ResolverWorld::note_in(second));
  world.turn([&] { return first && second; });
  CHECK(first->addresses == Texts{"127.0.0.2:110"});
  CHECK(second->addresses == Texts{"127.0.0.2:995"});
  CHECK(world.server.asked == 1);
}

TEST_CASE("a lookup that is destroyed does not answer, whether the question is under way or not") {
  ResolverWorld world;
  world.server.names["mail.test"] = {"127.0.0.2"};
  const bool known = GENERATE(false, true);
  if (known) world.find("mail.test");
  bool answered = false;
  {
    const Lookup lookup(world.resolver, "mail.test", 110,
                        [&](std::vector<Address>, int) { answered = true; });
  }
  CHECK(world.find("mail.test").addresses.size() == 1);
  CHECK_FALSE(answered);
}

TEST_CASE("a lookup may be destroyed by the answer, and take others with it") {
  ResolverWorld world;
  world.server.names["mail.test"] = {"127.0.0.2"};
  int answers = 0;
  std::vector<std::unique_ptr<Lookup>> lookups;
  const auto clear = [&](std::vector<Address>, int) {
    ++answers;
    lookups.clear();
  };
  for (int i = 0; i < 3; ++i) {
    lookups.push_back(std::make_unique<Lookup>(world.resolver, "mail.test", 110, clear));
  }
  world.turn([&] { return lookups.empty(); });
  CHECK(world.find("mail.test").addresses.size() == 1);
  CHECK(answers == 1);
}

TEST_CASE("an answer may begin the next lookup") {
  ResolverWorld world;
  world.server.names["mail.test"] = {"127.0.0.2"};
  std::optional<Found> second;
  std::unique_ptr<Lookup> lookup;
  lookup =
      std::make_unique<Lookup>(world.resolver, "mail.test", 110, [&](std::vector<Address>, int) {
        lookup = std::make_unique<Lookup>(world.resolver, "mail.test", 995,
                                          ResolverWorld::note_in(second));
        CHECK_FALSE(second);
      });
  world.turn([&] { return second.has_value(); });
  CHECK(second->addresses == Texts{"127.0.0.2:995"});
}

TEST_CASE("a resolver ends with its questions") {
  NameServer server;
  server.silent = true;
  Loop loop;
  {
    Resolver resolver(loop, {.servers = server.address()});
    const Lookup lookup(resolver, "mail.test", 110, [](std::vector<Address>, int) { FAIL(); });
    turn_until(loop, [&] {
      server.serve();
      return server.asked == 1;
    });
  }
  loop.run();
}

TEST_CASE("names are remembered up to a number") {
  ResolverWorld world;
  for (int i = 0; i < 200; ++i) {
    const std::string name = std::to_string(i) + ".test";
    world.server.names[name] = {"127.0.0.2"};
    CHECK(world.find(name).error == 0);
  }
  CHECK(world.resolver.size() == 64);
  const int asked = world.server.asked;
  world.find("199.test");
  CHECK(world.server.asked == asked);
  world.find("0.test");
  CHECK(world.server.asked == asked + 1);
}

}  // namespace
}  // namespace postern::net
