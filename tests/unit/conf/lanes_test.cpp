// SPDX-License-Identifier: Apache-2.0
#include "conf/lanes.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "conf/reader.hpp"

namespace postern::conf {
namespace {

Live read(const std::string& listeners) {
  auto document = read_text(listeners + R"(
[[tls.certificate]]
cert_file = "c"
key_file = "k"

[[backend]]
name = "mail"
address = ["10.0.0.12:110"]
)",
                            "f");
  REQUIRE(document.has_value());
  return document->settings.live;
}

std::string listener(const std::string& name, const std::string& address,
                     const std::string& sni = "") {
  return "[[listener]]\nname = \"" + name + "\"\ntls = \"implicit\"\naddress = [" + address +
         "]\nsni = [" + sni + "]\n";
}

}  // namespace

TEST_CASE("an address of one listener has no lanes", "[lanes]") {
  const Live live = read(listener("a", R"("127.0.0.1:1", "127.0.0.1:0")") +
                         listener("b", R"("127.0.0.1:2", "127.0.0.1:0")"));
  CHECK(lanes_of(live).empty());
  CHECK(listener_for(live, 1, "pop.example.com") == 1);
}

TEST_CASE("each address has lanes of its own", "[lanes]") {
  const Live live =
      read(listener("old", R"("127.0.0.1:1", "127.0.0.1:3")", R"("old.example.com")") +
           listener("a", R"("127.0.0.1:1", "127.0.0.1:2")"));
  const auto all = lanes_of(live);
  REQUIRE(all.size() == 2);
  CHECK(all[0].listeners == std::vector<std::size_t>{1, 0});
  CHECK(all[0].names.find("old.example.com") == 1);
  CHECK(all[0].names.find("") == 0);
  CHECK(all[1].listeners == std::vector<std::size_t>{0});
  CHECK_FALSE(all[1].names.find("pop.example.com"));
  CHECK(find_lanes(all, 1, {"127.0.0.1", 1}) == all.data());
  CHECK(find_lanes(all, 1, {"127.0.0.1", 2}) == nullptr);
}

TEST_CASE("a name leads from one listener to another", "[lanes]") {
  const Live live = read(listener("a", R"("127.0.0.1:1")") +
                         listener("old", R"("127.0.0.1:1")", R"("*.example.com")") +
                         listener("only", R"("127.0.0.1:2")", R"("only.example.com")"));
  CHECK(listener_for(live, 0, "pop.example.com") == 1);
  CHECK(listener_for(live, 1, "pop.example.com") == 1);
  CHECK(listener_for(live, 1, "pop.example.org") == 0);
  CHECK(listener_for(live, 1, "") == 0);
  CHECK(listener_for(live, 2, "only.example.com") == 2);
  CHECK_FALSE(listener_for(live, 2, "pop.example.com"));
}

TEST_CASE("port 0 is shared with whoever else has it first", "[lanes]") {
  const Live live = read(listener("a", R"("127.0.0.1:0")") + listener("b", R"("127.0.0.1:0")") +
                         listener("old", R"("127.0.0.1:0")", R"("old.example.com")"));
  const auto all = lanes_of(live);
  REQUIRE(all.size() == 1);
  CHECK(all[0].listeners == std::vector<std::size_t>{0, 2});
  CHECK(find_lanes(all, 1, {"127.0.0.1", 0}) == nullptr);
}

}  // namespace postern::conf
