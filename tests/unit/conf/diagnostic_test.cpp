// SPDX-License-Identifier: Apache-2.0
#include "conf/diagnostic.hpp"

#include <catch2/catch.hpp>

namespace postern::conf {
namespace {

Diagnostic at(std::uint32_t line, std::uint32_t column, std::string source_line) {
  return {.severity = Severity::kError,
          .mark = {.line = line, .column = column},
          .text = "no good",
          .source_line = std::move(source_line)};
}

}  // namespace

TEST_CASE("a diagnostic is shown with its place, its line and a caret") {
  const Diagnostic one = {.severity = Severity::kError,
                          .mark = {.line = 14, .column = 1},
                          .text = "unknown key `policy.logn`; did you mean `policy.login`?",
                          .source_line = "logn = \"tls-required\""};
  CHECK(render(one, "postern.toml") ==
        "postern.toml:14:1: error: unknown key `policy.logn`; did you mean `policy.login`?\n"
        "    logn = \"tls-required\"\n"
        "    ^\n");
}

TEST_CASE("a diagnostic without a place is one line") {
  Diagnostic one = at(0, 0, "");
  one.severity = Severity::kWarning;
  CHECK(render(one, "postern.toml") == "postern.toml: warning: no good\n");
}

TEST_CASE("the caret counts characters, not bytes, and keeps tabs") {
  CHECK(render(at(1, 5, "é\tüx = 1"), "f") == "f:1:5: error: no good\n    é\tüx = 1\n     \t  ^\n");
}

TEST_CASE("the caret stands behind the line where something is missing") {
  CHECK(render(at(1, 6, "a ="), "f") == "f:1:6: error: no good\n    a =\n         ^\n");
}

TEST_CASE("a file cannot steer the terminal") {
  CHECK(render(at(1, 1, "a\x1b[2J\x7f"), "f") == "f:1:1: error: no good\n    a?[2J?\n    ^\n");
}

TEST_CASE("warnings alone do not forbid a configuration") {
  Diagnostic warning = at(1, 1, "");
  warning.severity = Severity::kWarning;
  CHECK_FALSE(has_errors({}));
  CHECK_FALSE(has_errors({warning}));
  CHECK(has_errors({warning, at(1, 1, "")}));
}

TEST_CASE("places do not make settings differ") {
  CHECK(Place{{.line = 1, .column = 1}} == Place{{.line = 2, .column = 9}});
  CHECK_FALSE(Mark{.line = 1, .column = 1} == Mark{.line = 1, .column = 2});
}

}  // namespace postern::conf
