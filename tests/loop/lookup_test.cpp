#include <optional>

#include "proxy/net/lookup.hpp"
#include "tests/loop/wire.hpp"

namespace postern::net {
namespace {

TEST_CASE("a name is found, with the port that was asked for") {
  Loop loop;
  std::optional<std::vector<Address>> found;
  Lookup lookup(loop, "localhost", 110,
                [&](std::vector<Address> addresses, int) { found = addresses; });
  CHECK_FALSE(found);
  turn_until(loop, [&] { return found.has_value(); });
  REQUIRE_FALSE(found->empty());
  CHECK(found->front().port() == 110);
}

TEST_CASE("a name that nobody has leads nowhere") {
  Loop loop;
  std::optional<std::vector<Address>> found;
  // A label of 64 letters is refused without asking any server.
  Lookup lookup(loop, std::string(64, 'a'), 110, [&](std::vector<Address> a, int) { found = a; });
  turn_until(loop, [&] { return found.has_value(); });
  CHECK(found->empty());
}

TEST_CASE("a lookup that is destroyed does not answer") {
  Loop loop;
  bool answered = false;
  {
    Lookup lookup(loop, "localhost", 110, [&](std::vector<Address>, int) { answered = true; });
  }
  loop.run();
  CHECK_FALSE(answered);
}

}  // namespace
}  // namespace postern::net
