// SPDX-License-Identifier: Apache-2.0
// What is understood of a request, and that nothing else is.
#include "proxy/server/control_request.hpp"

#include <catch2/catch.hpp>

namespace postern::server {

TEST_CASE("a request is an object with a verb") {
  for (const char* text : {"", "{", "[]", "7", "null", "{}", R"({"verb":7})", R"({"verb":["x"]})",
                           "{\"verb\":\"\xFF\"}", R"({"verb":"a"} x)"}) {
    INFO(text);
    CHECK_FALSE(ControlRequest::parse(text));
  }
  const auto request = ControlRequest::parse(R"({"verb":"status"})");
  REQUIRE(request);
  CHECK(request->verb() == "status");
  CHECK(request->fault().empty());
}

TEST_CASE("arguments are taken by their names and types") {
  auto request =
      ControlRequest::parse(R"({"verb":"v","text":"a","texts":["b","c"],"flag":true,"number":7})");
  REQUIRE(request);
  CHECK(request->text("text") == "a");
  CHECK(request->texts("texts") == std::vector<std::string>{"b", "c"});
  CHECK(request->flag("flag"));
  CHECK(request->number("number") == 7U);
  CHECK(request->fault().empty());
}

TEST_CASE("what is not there is nothing") {
  auto request = ControlRequest::parse(R"({"verb":"v","other":null})");
  REQUIRE(request);
  CHECK(request->text("text").empty());
  CHECK(request->texts("texts").empty());
  CHECK_FALSE(request->flag("flag"));
  CHECK_FALSE(request->number("number"));
  CHECK(request->text("other").empty());
  CHECK(request->fault().empty());
}

TEST_CASE("an argument of another type is a fault, and so is one that nobody asks for") {
  const auto fault_of = [](const char* text) {
    auto request = ControlRequest::parse(text);
    REQUIRE(request);
    request->text("text");
    request->texts("texts");
    request->flag("flag");
    request->number("number");
    return request->fault();
  };
  CHECK(fault_of(R"({"verb":"v","text":7})") == "`text` must be a text");
  CHECK(fault_of(R"({"verb":"v","texts":"a"})") == "`texts` must be a list of texts");
  CHECK(fault_of(R"({"verb":"v","texts":["a",7]})") == "`texts` must be a list of texts");
  CHECK(fault_of(R"({"verb":"v","flag":"true"})") == "`flag` must be true or false");
  CHECK(fault_of(R"({"verb":"v","number":-1})") == "`number` must be a whole number");
  CHECK(fault_of(R"({"verb":"v","usr":"a"})") == "`usr` is no argument of `v`");
}

}  // namespace postern::server
