// SPDX-License-Identifier: Apache-2.0
#include "policy/route.hpp"

#include <catch2/catch.hpp>

#include <map>

#include "policy/route_reach.hpp"

namespace postern::policy {
namespace {

Network network(std::string_view text) { return Network::parse(text).value(); }
IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

class Maps final : public MapLookup {
 public:
  std::optional<Mapped> find(std::size_t map, std::string_view user) const override {
    const auto one = maps.find({map, std::string(user)});
    return one == maps.end() ? std::nullopt : std::optional(one->second);
  }

  std::map<std::pair<std::size_t, std::string>, Mapped> maps;
};

struct World {
  Maps maps;
  RouteTable table;

  std::string way(std::string_view from, std::optional<std::string_view> user) const {
    const auto found = table.choose(ip(from), user, maps);
    if (!found) return "none";
    std::string text = std::to_string(found->backend) + " " + std::string(found->route);
    return found->told.empty() ? text : text + " " + found->told;
  }
};

UserFormat format(std::string_view text) { return UserFormat::parse(text).value(); }

}  // namespace

TEST_CASE("the only backend takes every login, and needs no route") {
  World world;
  world.table = RouteTable({}, 0);
  CHECK(world.way("192.0.2.1", "ann") == "0 ");
  CHECK(world.way("192.0.2.1", std::nullopt) == "0 ");
  world.table =
      RouteTable({{.label = "a", .users = {"ann"}, .backend = 0, .format = format("%lu")}}, 0);
  CHECK(world.way("192.0.2.1", "Ann") == "0 a ann");
  CHECK(world.way("192.0.2.1", "Bob") == "0 ");
  CHECK(world.way("192.0.2.1", std::nullopt) == "0 ");
}

TEST_CASE("without a route nobody goes anywhere") {
  World world;
  CHECK(world.way("192.0.2.1", "ann") == "none");
  CHECK(world.way("192.0.2.1", std::nullopt) == "none");
}

// 0 is for some users of a network, 1 takes its others, 2 is for everybody else.
TEST_CASE("before a name is said, all count that logins from there may go to, and no others") {
  const RouteTable table({{.networks = {network("10.0.0.0/8")}, .users = {"ann"}, .backend = 0},
                          {.networks = {network("10.0.0.0/8")}, .backend = 1},
                          {.backend = 2}},
                         std::nullopt);
  const auto all_but = [&](std::size_t one, std::string_view from) {
    return table.holds_for_all(ip(from), 3, [&](std::size_t backend) { return backend != one; });
  };
  CHECK_FALSE(all_but(0, "10.1.1.1"));
  CHECK_FALSE(all_but(1, "10.1.1.1"));
  CHECK(all_but(2, "10.1.1.1"));
  CHECK(all_but(0, "192.0.2.1"));
  CHECK(all_but(1, "192.0.2.1"));
  CHECK_FALSE(all_but(2, "192.0.2.1"));
  const auto anything = [](std::size_t) { return true; };
  CHECK_FALSE(RouteTable().holds_for_all(ip("10.1.1.1"), 3, anything));
  CHECK(RouteTable({}, 0).holds_for_all(ip("10.1.1.1"), 1, anything));
  const RouteTable mapped({Route{.map = 0}}, std::nullopt);
  CHECK_FALSE(mapped.holds_for_all(ip("10.1.1.1"), 2, [](std::size_t one) { return one == 0; }));
}

TEST_CASE("the first route that fits decides, by who logs in and from where") {
  World world;
  world.table = RouteTable(
      {{.label = "old", .users = {"*@old.example"}, .backend = 1},
       {.label = "lan", .networks = {network("10.0.0.0/8")}, .users = {"ann"}, .backend = 2},
       {.label = "net", .networks = {network("10.0.0.0/8")}, .backend = 0},
       {.label = "v6", .networks = {network("2001:db8::/32")}, .backend = 3}},
      std::nullopt);
  CHECK(world.way("192.0.2.1", "Ann@OLD.example") == "1 old");
  CHECK(world.way("10.1.1.1", "bob@old.example") == "1 old");
  CHECK(world.way("10.1.1.1", "ann") == "2 lan");
  CHECK(world.way("10.1.1.1", "bob") == "0 net");
  CHECK(world.way("2001:db8::1", "bob") == "3 v6");
  CHECK(world.way("192.0.2.1", "ann") == "none");
}

TEST_CASE("any of a route's names will do, and as long as there is none, one for all of them") {
  const IpAddress here = ip("192.0.2.1");
  const Route some{.users = {"bob", "a*"}, .backend = 0};
  CHECK(some.match(here, "ann") == Match::kYes);
  CHECK(some.match(here, "carl") == Match::kNo);
  CHECK(some.match(here, std::nullopt) == Match::kMaybe);
  const Route all{.users = {"bob", "*"}, .backend = 0};
  CHECK(all.match(here, std::nullopt) == Match::kYes);
}

TEST_CASE("who is not in a map goes to the next route") {
  World world;
  world.maps.maps = {{{0, "ann"}, {.backend = 1, .there = {}}},
                     {{0, "bob"}, {.backend = 2, .there = "rob"}},
                     {{1, "carl"}, {.backend = 2, .there = {}}}};
  world.table = RouteTable({{.label = "map", .map = 0, .format = format("%n@there")},
                            {.label = "more", .users = {"c*"}, .map = 1},
                            {.label = "rest", .networks = {network("10.0.0.0/8")}, .backend = 0}},
                           std::nullopt);
  CHECK(world.way("10.0.0.1", "ann") == "1 map ann@there");
  CHECK(world.way("10.0.0.1", "bob") == "2 map rob");
  CHECK(world.way("10.0.0.1", "carl") == "2 more");
  CHECK(world.way("10.0.0.1", "Ann") == "0 rest");
  CHECK(world.way("192.0.2.1", "Ann") == "none");
}

TEST_CASE("before the user is known, only what holds for all of them is certain") {
  World world;
  world.table =
      RouteTable({{.label = "lan", .networks = {network("10.0.0.0/8")}, .backend = 1},
                  {.label = "ann", .users = {"ann"}, .backend = 2},
                  {.label = "rest", .users = {"*"}, .backend = 0, .format = format("%lu")}},
                 std::nullopt);
  CHECK(world.way("10.0.0.1", std::nullopt) == "1 lan");
  CHECK(world.way("192.0.2.1", std::nullopt) == "none");
  world.table = RouteTable({world.table.routes()[2]}, std::nullopt);
  CHECK(world.way("192.0.2.1", std::nullopt) == "0 rest");
  world.table = RouteTable({{.map = 0}, {.backend = 0}}, std::nullopt);
  CHECK(world.way("192.0.2.1", std::nullopt) == "none");
}

TEST_CASE("backends that logins may go to") {
  using List = std::vector<std::size_t>;
  CHECK(RouteTable({}, 0).backends(1) == List{0});
  CHECK(RouteTable({}, std::nullopt).backends(2).empty());
  const RouteTable named({{.users = {"ann"}, .backend = 2}, {.backend = 0}}, std::nullopt);
  CHECK(named.backends(4) == List{0, 2});
  CHECK(RouteTable({{.map = 0}}, std::nullopt).backends(3) == List{0, 1, 2});
}

TEST_CASE("whether routes leave anybody out") {
  const auto complete = [](std::vector<Route> routes) {
    return reach_of(RouteTable(std::move(routes), std::nullopt)).complete;
  };
  CHECK_FALSE(complete({}));
  CHECK(reach_of(RouteTable({}, 0)).complete);
  CHECK(complete({{.backend = 0}}));
  CHECK(complete({{.users = {"**"}, .backend = 0}}));
  CHECK_FALSE(complete({{.users = {"*@x"}, .backend = 0}}));
  CHECK_FALSE(complete({{.map = 0}}));
  CHECK_FALSE(complete({{.networks = {network("0.0.0.0/0")}, .backend = 0}}));
  CHECK(complete({{.networks = {network("0.0.0.0/0"), network("::/0")}, .backend = 0}}));
  CHECK(complete({{.networks = {network("0.0.0.0/0")}, .backend = 0},
                  {.networks = {network("::/0")}, .backend = 1}}));
}

TEST_CASE("a narrow network does not take all that come from a wide one") {
  const RouteTable table({{.networks = {network("10.0.0.0/16")}, .backend = 0},
                          {.networks = {network("10.0.0.0/8")}, .backend = 1}},
                         std::nullopt);
  CHECK(reach_of(table).never.empty());
}

TEST_CASE("where the user decides, and which routes nobody comes to") {
  using List = std::vector<std::size_t>;
  const std::vector<Route> routes = {
      {.networks = {network("10.0.0.0/8")}, .backend = 0},
      {.networks = {network("10.1.0.0/16")}, .users = {"ann"}, .backend = 1},
      {.networks = {network("10.0.0.0/8"), network("192.0.2.0/24")}, .map = 0},
      {.backend = 1},
      {.users = {"bob"}, .backend = 0}};
  const RouteReach reach = reach_of(RouteTable(routes, std::nullopt));
  CHECK(reach.complete);
  CHECK(reach.by_user == List{2});
  CHECK(reach.never == List{1, 4});
  const RouteReach alone = reach_of(RouteTable(routes, 0));
  CHECK(alone.by_user.empty());
  CHECK(alone.never == List{1, 4});
}

}  // namespace postern::policy
