// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "conf/listener_routes.hpp"
#include "conf/print.hpp"
#include "conf/reader.hpp"

namespace postern::conf {
namespace {

constexpr std::string_view kRoutes = R"([[listener]]
name = "pop3s"
address = ["127.0.0.1:995"]
tls = "implicit"
[[listener]]
name = "pop3"
address = ["127.0.0.1:110"]
tls = "stls"
[[tls.certificate]]
cert_file = "c"
key_file = "k"
[[backend]]
name = "old"
address = ["10.0.0.12:110"]
[[backend]]
name = "new"
address = ["10.0.0.13:110"]
[[route]]
map_file = "users.map"
user_format = "%n"
[[route]]
name = "inside"
networks = ["10.0.0.0/8"]
users = ["a*"]
listeners = ["pop3"]
backend = "new"
[[route]]
backend = "old"
)";

Document read(std::string_view text) {
  auto document = read_text(text, "postern.toml");
  if (!document) FAIL(render(document.error().front(), "postern.toml"));
  return *std::move(document);
}

}  // namespace

TEST_CASE("a listener has the routes that are meant for it, with a name each") {
  const Document document = read(kRoutes);
  const policy::RouteTable tls = routes_of(document.settings.live, 0, "f");
  REQUIRE(tls.routes().size() == 2);
  CHECK(tls.routes()[0] == policy::Route{.label = "f:18",
                                         .map = 0,
                                         .format = policy::UserFormat::parse("%n").value()});
  CHECK(tls.routes()[1] == policy::Route{.label = "f:27", .backend = 0, .map = 2});
  CHECK(tls.otherwise() == std::nullopt);
  const policy::RouteTable clear = routes_of(document.settings.live, 1, "f");
  REQUIRE(clear.routes().size() == 3);
  CHECK(clear.routes()[1] == policy::Route{.label = "inside",
                                           .networks = {*policy::Network::parse("10.0.0.0/8")},
                                           .users = {"a*"},
                                           .backend = 1,
                                           .map = 1});
}

TEST_CASE("the only backend takes what no route fits") {
  Live settings;
  settings.listeners.emplace_back();
  settings.backends.emplace_back().name = "mail";
  const policy::RouteTable table = routes_of(settings, 0, "f");
  CHECK(table.routes().empty());
  CHECK(table.otherwise() == 0U);
}

TEST_CASE("routes are printed as they can be read again") {
  const Document document = read(kRoutes);
  const std::string text = effective_toml(document);
  CHECK(text.contains("[[route]]\nusers = []  # default\n"));
  CHECK(text.contains("map_file = \"users.map\"  # postern.toml:19\n"));
  CHECK_FALSE(text.contains("backend = \"\""));
  CHECK(read(text).settings.live == document.settings.live);
}

}  // namespace postern::conf
