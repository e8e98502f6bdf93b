// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/ticket_follower.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/shell/logged.hpp"
#include "tls/ticket_file.hpp"

namespace postern::server {
namespace {

using Catch::Contains;
using Rest = FileFollower::Rest;

conf::Document document_with(const Place& place, const std::string& keys) {
  Written written;
  written.more = keys;
  auto read = conf::read_text(written.text(place), "f");
  if (!read) FAIL(render(read.error().front(), "f"));
  return *std::move(read);
}

// Three keys whose names tell which file they are of.
std::string keys_named(char which) {
  std::string all(tls::kTicketFileBytes, which);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<char>(which + (i * 7) % 61);
  return all;
}

// A configuration that names a file of keys.
struct Followed {
  Place place;
  Logged logged{place};
  tls::TicketKeys keys{tls::TicketKeys::TimePoint{}};
  TicketFollower follower{logged.log, keys};

  Followed() { put(keys_named('a')); }

  void put(std::string_view bytes) const {
    place.write("new", bytes);
    std::filesystem::rename(place.file("new"), place.file("tickets"));
  }
  conf::Document document() const {
    return document_with(place, "[tls]\nticket_key_file = \"" + place.file("tickets") + "\"\n");
  }
};

}  // namespace

TEST_CASE("without a file there is nothing to follow, and the keys are our own") {
  Followed world;
  const auto loaded = load_tickets(document_with(world.place, ""));
  REQUIRE(loaded);
  CHECK(loaded->path.empty());
  CHECK(loaded->keys == nullptr);
  world.follower.use(*loaded);
  std::vector<std::string> paths;
  world.follower.list(paths);
  CHECK(paths.empty());
  CHECK(world.follower.look() == Rest::kAtRest);
  CHECK(world.logged.told(0).empty());
}

TEST_CASE("a file that is no file of keys stops a start, at its key") {
  const Followed world;
  SECTION("too short") { world.put("short"); }
  SECTION("gone") { std::filesystem::remove(world.place.file("tickets")); }
  const auto loaded = load_tickets(world.document());
  REQUIRE_FALSE(loaded);
  REQUIRE(loaded.error().size() == 1);
  CHECK(loaded.error()[0].severity == conf::Severity::kError);
  CHECK_THAT(loaded.error()[0].text, Contains("`tls.ticket_key_file`: "));
  CHECK_THAT(loaded.error()[0].source_line, Contains("ticket_key_file"));
}

TEST_CASE(
    "keys are taken when their file has changed and is at rest, and a bad file changes none") {
  Followed world;
  auto loaded = load_tickets(world.document());
  REQUIRE(loaded);
  const auto first = loaded->keys;
  REQUIRE(first != nullptr);
  world.follower.use(*std::move(loaded));
  std::vector<std::string> paths;
  world.follower.list(paths);
  CHECK(paths == std::vector{world.place.file("tickets")});
  CHECK(world.keys.ring() == first);

  world.put(keys_named('b'));
  CHECK(world.follower.look() == Rest::kMoving);
  CHECK(world.keys.ring() == first);
  CHECK(world.follower.look() == Rest::kAtRest);
  const auto second = world.keys.ring();
  CHECK(second != first);
  CHECK_THAT(world.logged.told(1)[0],
             Contains("level=info event=reload") && Contains("was read anew: ticket keys"));

  world.put("short");
  CHECK(world.follower.look() == Rest::kMoving);
  CHECK(world.follower.look() == Rest::kAtRest);
  CHECK(world.follower.look() == Rest::kAtRest);
  CHECK(world.keys.ring() == second);
  CHECK_THAT(world.logged.told(1)[0],
             Contains("level=error event=reload") &&
                 Contains("; the ticket keys that were read before stay in use"));
}

}  // namespace postern::server
