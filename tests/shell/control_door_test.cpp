// SPDX-License-Identifier: Apache-2.0
// The control socket of a configuration: opened, moved, given away to another process and back.
#include "proxy/server/control_door.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/shell/place.hpp"

namespace postern::server {
namespace {

struct Nobody final : admin::ControlSocket::Owner {
  void on_request(std::uint64_t, const net::LocalPeer&, std::string) override {}
  void on_stranger(const net::LocalPeer&) override {}
};

struct DoorWorld {
  Place place;
  net::Loop loop;
  admin::Log log;
  Nobody nobody;
  ControlDoor door{loop, log, nobody};

  std::string path(std::string_view name) const { return place.file(name); }
  std::expected<ControlDoor::Ready, conf::Diagnostics> prepare(const std::string& name) const {
    Written written;
    written.control = name;
    const auto document = conf::read_text(written.text(place), "postern.toml");
    REQUIRE(document);
    return door.prepare(*document);
  }
  bool is_there(std::string_view name) const { return std::filesystem::is_socket(path(name)); }
};

}  // namespace

TEST_CASE("a door is open where it is wanted from its use on, and shut where it is not") {
  DoorWorld world;
  auto first = world.prepare("first");
  REQUIRE(first);
  CHECK_FALSE(world.is_there("first"));
  world.door.use(*std::move(first));
  CHECK(world.is_there("first"));
  CHECK(world.door.path() == world.path("first"));
  auto same = world.prepare("first");
  REQUIRE(same);
  CHECK_FALSE(same->fresh);
  world.door.use(*std::move(same));
  CHECK(world.is_there("first"));
  const auto bad = world.prepare("nowhere/socket");
  REQUIRE_FALSE(bad);
  CHECK(bad.error().at(0).text.starts_with("cannot open `control.socket`: "));
  CHECK(bad.error().at(0).mark.line != 0);
  auto none = world.prepare("");
  REQUIRE(none);
  world.door.use(*std::move(none));
  CHECK_FALSE(world.is_there("first"));
  CHECK(world.door.open());
  CHECK(world.door.path().empty());
}

TEST_CASE("a door that was closed for another process is opened again if nobody took it") {
  DoorWorld world;
  auto ready = world.prepare("socket");
  REQUIRE(ready);
  world.door.use(*std::move(ready));
  CHECK(world.door.open());  // it is
  world.door.close();
  CHECK_FALSE(world.is_there("socket"));
  CHECK(world.door.open());
  CHECK(world.is_there("socket"));
  world.door.close();
  auto other = net::LocalSocket::make(world.path("socket"));
  REQUIRE(other);
  REQUIRE(other->put_in_place());
  CHECK_FALSE(world.door.open());
  CHECK(world.is_there("socket"));
}

}  // namespace postern::server
