// SPDX-License-Identifier: Apache-2.0
#include "proxy/migrate/spelling.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>

namespace postern::migrate {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace): of literals

TEST_CASE("spans of time in other programs' words") {
  CHECK(span_from("90") == 90s);
  CHECK(span_from("2 mins") == 2min);
  CHECK(span_from("1h 30m") == 90min);
  CHECK(span_from("500ms") == 500ms);
  CHECK(span_from("1d") == 24h);
  for (const auto* const text : {"", "soon", "5 apples", "-1", "99999999999", "99999w"}) {
    INFO(text);
    CHECK_FALSE(span_from(text).has_value());
  }
}

TEST_CASE("versions of TLS in other programs' words") {
  CHECK(tls_version("TLSv1") == "1.0");
  CHECK(tls_version("!TLSv1.1") == "1.1");
  CHECK(tls_version("tls1_2") == "1.2");
  CHECK(tls_version("TLSv1.3") == "1.3");
  CHECK(tls_version("SSLv3") == "ssl");
  CHECK_FALSE(tls_version("all").has_value());
}

TEST_CASE("addresses in other programs' words") {
  const auto shown_spot = [](std::string_view text, std::optional<std::uint16_t> usual = {}) {
    const auto spot = spot_from(text, usual);
    return spot ? address_text(spot->host, spot->port) : "none";
  };
  CHECK(shown_spot("995") == "0.0.0.0:995");
  CHECK(shown_spot("pop3s") == "0.0.0.0:995");
  CHECK(shown_spot("*:110") == "0.0.0.0:110");
  CHECK(shown_spot("localhost:110") == "127.0.0.1:110");
  CHECK(shown_spot(":::995") == "[::]:995");
  CHECK(shown_spot("[2001:db8::1]:995") == "[2001:db8::1]:995");
  CHECK(shown_spot("mail", 110) == "mail:110");
  CHECK(shown_spot("mail:1110", 110) == "mail:1110");
  CHECK(shown_spot("2001:db8::1", 110) == "[2001:db8::1]:110");
  for (const auto* const text :
       {"", "mail", "0", "70000", "[::1", "[::1]", "mail:", "unix:/run/x"}) {
    INFO(text);
    CHECK(shown_spot(text) == "none");
  }
}

TEST_CASE("what a note shows of a setting has no secret in it") {
  const auto show = [](std::string name, std::string value) {
    return shown({.at = {}, .name = std::move(name), .values = {std::move(value)}});
  };
  CHECK(show("ssl_password_file", "/x") == "ssl_password_file ...");
  CHECK(show("auth_http_header", "X-Key abc") == "auth_http_header ...");
  CHECK(show("auth_http", "http://u:p@host/") == "auth_http ...@host/");
  CHECK(show("debug", "7") == "debug 7");
  CHECK(show("x", std::string(500, 'a')).size() < 120);
}

}  // namespace postern::migrate
