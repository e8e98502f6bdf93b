// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/map_files.hpp"

#include <catch2/catch.hpp>

#include <filesystem>

#include "tests/shell/place.hpp"

namespace postern::server {
namespace {

class World {
 public:
  explicit World(std::string_view more = "") {
    write("users.map", "ann old\nbob new rob\n");
    text_ =
        "[[listener]]\nname = \"a\"\naddress = [\"127.0.0.1:0\"]\ntls = \"none\"\n"
        "[[backend]]\nname = \"old\"\naddress = [\"10.0.0.1:110\"]\n"
        "[[backend]]\nname = \"new\"\naddress = [\"10.0.0.2:110\"]\n"
        "[[route]]\nbackend = \"old\"\nlisteners = [\"a\"]\nnetworks = [\"10.0.0.0/8\"]\n"
        "[[route]]\nmap_file = \"" +
        place.file("users.map") + "\"\n" + std::string(more);
  }

  conf::Document document() const {
    auto read = conf::read_text(text_, "f");
    if (!read) FAIL(render(read.error().front(), "f"));
    return *std::move(read);
  }

  LoadedMaps load(const LoadedMaps& known = {}) const {
    auto loaded = load_maps(document(), known);
    if (!loaded) FAIL(loaded.error().front().text);
    return *std::move(loaded);
  }

  // As an administrator's tool does it: never twice in one file's place, so that it differs.
  void write(const std::string& name, std::string_view text) const {
    place.write(name + ".new", text);
    std::filesystem::rename(place.file(name + ".new"), place.file(name));
  }

  Place place;

 private:
  std::string text_;
};

std::string found(const LoadedMaps& loaded, std::string_view user) {
  const auto entry = loaded.maps->find(1, user);
  return entry ? loaded.backends[entry->backend] + " " + entry->there : "-";
}

// One look that finds the change, and one that finds it at rest.
std::vector<MapNews> look_twice(LoadedMaps& loaded) {
  CHECK(renew_maps(loaded).empty());
  return renew_maps(loaded);
}

}  // namespace

TEST_CASE("maps are loaded with a configuration, and looked up by their route") {
  const World world;
  const LoadedMaps loaded = world.load();
  CHECK(found(loaded, "ann") == "old ");
  CHECK(found(loaded, "bob") == "new rob");
  CHECK(found(loaded, "carl") == "-");
  CHECK_FALSE(loaded.maps->find(0, "ann"));
  CHECK_FALSE(loaded.maps->find(7, "ann"));
}

TEST_CASE("a broken map is told with its line, at the place of its key") {
  const World world("[[route]]\nmap_file = \"/no/such/file\"\n");
  world.write("users.map", "ann old\nbob nowhere\ncarl\n");
  const auto loaded = load_maps(world.document());
  REQUIRE_FALSE(loaded);
  REQUIRE(loaded.error().size() == 3);
  const std::string file = world.place.file("users.map");
  CHECK(loaded.error()[0].text == file + ":2: there is no backend \"nowhere\"");
  CHECK(loaded.error()[0].mark.line == 16);
  CHECK(loaded.error()[1].text == file + ":3: there is no backend behind \"carl\"");
  CHECK(loaded.error()[2].text == "/no/such/file: cannot be read: No such file or directory");
}

TEST_CASE("a map that has changed is read once it is at rest") {
  const World world;
  LoadedMaps loaded = world.load();
  CHECK(renew_maps(loaded).empty());
  world.write("users.map", "ann new\n");
  CHECK(renew_maps(loaded).empty());
  world.write("users.map", "ann new\ncarl new\n");
  CHECK(renew_maps(loaded).empty());
  CHECK(found(loaded, "ann") == "old ");
  const auto news = renew_maps(loaded);
  REQUIRE(news.size() == 1);
  CHECK(news[0].kind == MapNews::Kind::kRenewed);
  CHECK(news[0].text == world.place.file("users.map") + " was read anew: 2 users");
  CHECK(found(loaded, "ann") == "new ");
  CHECK(found(loaded, "bob") == "-");
  CHECK(renew_maps(loaded).empty());
}

TEST_CASE("a broken map leaves the one before in use, and is told once a change") {
  const World world;
  LoadedMaps loaded = world.load();
  world.write("users.map", "ann new\nbob\n");
  const auto news = look_twice(loaded);
  REQUIRE(news.size() == 1);
  CHECK(news[0].kind == MapNews::Kind::kRefused);
  CHECK(news[0].text == world.place.file("users.map") +
                            ":2: there is no backend behind \"bob\"; what was read before stays "
                            "in use");
  CHECK(found(loaded, "ann") == "old ");
  CHECK(renew_maps(loaded).empty());
  std::filesystem::remove(world.place.file("users.map"));
  CHECK(look_twice(loaded).at(0).kind == MapNews::Kind::kRefused);
  CHECK(renew_maps(loaded).empty());
  CHECK(found(loaded, "ann") == "old ");
  world.write("users.map", "ann new\n");
  CHECK(look_twice(loaded).at(0).kind == MapNews::Kind::kRenewed);
  CHECK(found(loaded, "ann") == "new ");
}

TEST_CASE("a reload takes a map that has not changed as it is, but none that was broken since") {
  const World world;
  LoadedMaps loaded = world.load();
  CHECK(world.load(loaded).files[1].map == loaded.files[1].map);
  world.write("users.map", "ann new\n");
  const LoadedMaps reloaded = world.load(loaded);
  CHECK(found(reloaded, "ann") == "new ");
  CHECK(found(loaded, "ann") == "old ");
  world.write("users.map", "ann\n");
  look_twice(loaded);
  CHECK_FALSE(load_maps(world.document(), loaded));
}

TEST_CASE("a map is not taken from a configuration with other backends") {
  const World world;
  LoadedMaps loaded = world.load();
  loaded.backends = {"new", "old"};
  CHECK(world.load(loaded).files[1].map != loaded.files[1].map);
}

TEST_CASE("two routes share what they read of one file") {
  World plain;
  const World world("[[route]]\nlisteners = [\"a\"]\nmap_file = \"" +
                    plain.place.file("users.map") + "\"\n[[route]]\nmap_file = \"" +
                    plain.place.file("users.map") + "\"\n");
  const LoadedMaps loaded = world.load();
  REQUIRE(loaded.files.size() == 4);
  CHECK(loaded.files[2].map == loaded.files[3].map);
}

}  // namespace postern::server
