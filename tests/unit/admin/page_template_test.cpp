// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/page_template.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "proxy/admin/pages.hpp"

namespace postern::admin {
namespace {

using nlohmann::json;

TEST_CASE("a template is filled with values, all of them escaped") {
  const json values = {{"name", "<b a=\"1\" b='2'>&\n"}, {"count", 7}, {"share", 1.5}};
  CHECK(filled("{{name}}|{{count}}|{{share}}|{{none}}|", values) ==
        "&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp; |7|1.5||");
  CHECK(filled("{{{name}}}", {{"name", "<"}}).find('<') == std::string::npos);
  CHECK(filled("no tag } { }} {{", values) == "no tag } { }} {{");
}

TEST_CASE("a section is there for each element, or not") {
  const json values = {{"list", {1, 2}},
                       {"empty", json::array()},
                       {"yes", true},
                       {"no", false},
                       {"zero", 0},
                       {"text", "x"},
                       {"blank", ""},
                       {"nil", nullptr},
                       {"rows", {{{"n", 1}, {"in", {{{"n", 2}}}}}, {{"n", 3}}}}};
  CHECK(filled("{{#list}}<{{.}}>{{/list}}", values) == "<1><2>");
  for (const char* name : {"empty", "no", "zero", "blank", "nil", "unknown"}) {
    const std::string tag(name);
    CHECK(filled("{{#" + tag + "}}a{{/" + tag + "}}{{^" + tag + "}}b{{/" + tag + "}}", values) ==
          "b");
  }
  for (const char* name : {"list", "yes", "text"}) {
    const std::string tag(name);
    CHECK(filled("{{^" + tag + "}}b{{/" + tag + "}}", values).empty());
  }
  CHECK(filled("{{#yes}}a{{/yes}}{{#text}}{{text}}{{/text}}", values) == "ax");
  CHECK(filled("{{#rows}}{{n}}{{#in}}({{n}}{{#yes}}!{{/yes}}){{/in}}{{/rows}}", values) ==
        "1(2!)3");
  CHECK(filled("{{#yes}}a{{#yes}}b{{/yes}}c{{/yes}}d", values) == "abcd");
  CHECK(filled("{{#yes}}never closed", values) == "never closed");
}

TEST_CASE("what is shipped is a whole page") {
  CHECK(status_html().starts_with("<!doctype html>"));
  CHECK(status_html().ends_with("</html>\n"));
  CHECK(status_css().find("prefers-color-scheme: dark") != std::string_view::npos);
  CHECK(status_js().find("use strict") != std::string_view::npos);
  CHECK(filled(status_html(), json::object()).find("{{") == std::string::npos);
}

}  // namespace
}  // namespace postern::admin
