// SPDX-License-Identifier: Apache-2.0
#include "proxy/setup/first_configuration.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "conf/reader.hpp"

namespace postern::setup {
namespace {

Choice choice(std::string address, conf::BackendTls tls = conf::BackendTls::kNone) {
  return {.name = "pop.example.com",
          .server = {.address = std::move(address), .tls = tls, .greeting = {}, .doubt = {}},
          .certificate = {.cert_file = "/etc/a \"b\"/c.pem", .key_file = "/etc/k.pem"}};
}

conf::Live read(const Choice& chosen) {
  auto document = conf::read_text(first_configuration(chosen), "postern.toml");
  if (!document) FAIL(render(document.error().front(), "postern.toml"));
  return document->settings.live;
}

TEST_CASE("what was chosen is what a reader of the configuration finds") {
  const auto tls =
      GENERATE(conf::BackendTls::kNone, conf::BackendTls::kImplicit, conf::BackendTls::kStls);
  const conf::Live live = read(choice("192.0.2.1:8110", tls));
  CHECK(live.server_names == std::vector<std::string>{"pop.example.com"});
  REQUIRE(live.backends.size() == 1);
  CHECK(live.backends[0].security.tls == tls);
  CHECK(live.backends[0].address == std::vector<conf::Endpoint>{{"192.0.2.1", 8110}});
  REQUIRE(live.listeners.size() == 2);
  CHECK(live.listeners[0].tls == conf::ListenerTls::kImplicit);
  CHECK(live.listeners[1].tls == conf::ListenerTls::kStls);
}

TEST_CASE("port 110 is left to a server of this machine that has it") {
  CHECK(read(choice("127.0.0.1:110")).listeners.size() == 1);
  CHECK(read(choice("[::1]:110")).listeners.size() == 1);
  CHECK(read(choice("127.0.0.1:1110")).listeners.size() == 2);
  CHECK(read(choice("192.0.2.1:110")).listeners.size() == 2);
  CHECK(first_configuration(choice("127.0.0.1:110")).contains("# address = [\"0.0.0.0:110\""));
}

TEST_CASE("it is as short as a beginner reads") {
  const std::string text = first_configuration(choice("192.0.2.1:110"));
  CHECK(std::ranges::count(text, '\n') <= 30);
}

}  // namespace
}  // namespace postern::setup
