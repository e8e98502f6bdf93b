// SPDX-License-Identifier: Apache-2.0
// A table in an element of a list, as `[backend.health]` will be one: it belongs to the element it
// stands after, when it is read, complained about, printed and compared.
#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "conf/access.hpp"
#include "conf/decode.hpp"
#include "conf/names.hpp"
#include "conf/origins.hpp"
#include "conf/print.hpp"
#include "conf/schema.hpp"
#include "conf/toml.hpp"
#include "conf/words.hpp"

namespace postern::conf {
namespace {

constexpr auto kAdd = [](Settings& settings, Mark mark) {
  settings.live.backends.emplace_back().mark = Place{mark};
};
constexpr auto kCount = [](const Settings& settings) { return settings.live.backends.size(); };

// The keys are made up; their values go where a backend has room for them. The last stands in the
// element itself, after the table in it.
const std::array kKeys = {
    Key{"backend", List{kAdd, kCount}, "a server", "[[backend]]"},
    Key{"backend.name", Text{each<&Live::backends, &Backend::name>, fault_of_name}, "its name",
        R"("a")", Presence::kRequired},
    Key{"backend.health.texts",
        Texts{each<&Live::backends, &Backend::temporary_errors>, fault_of_comment}, "some texts",
        R"(["one"])"},
    Key{"backend.health.log", word<each<&Live::backends, &Backend::error_text>>(error_text_words()),
        "a word", R"("pass")", Presence::kRequired},
    Key{"backend.line_ends", word<each<&Live::backends, &Backend::line_ends>>(line_ends_words()),
        "another word", R"("lf")"},
};

const Schema& deep() {
  static const Schema kSchema(kKeys);
  return kSchema;
}

Reading read(std::string_view text) {
  const std::expected<Value, SyntaxError> root = parse_toml(text);
  REQUIRE(root.has_value());
  Reading reading(text);
  decode(*root, deep(), reading);
  return reading;
}

Document document(std::string_view text) {
  Reading reading = read(text);
  for (const Diagnostic& one : reading.report.sorted()) FAIL(render(one, "f"));
  std::vector<Origin> origins = origins_of(reading, deep());
  return {.file = "f",
          .source = std::string(text),
          .settings = std::move(reading.settings),
          .warnings = {},
          .origins = std::move(origins)};
}

std::string only_fault(std::string_view text) {
  const Diagnostics faults = read(text).report.sorted();
  REQUIRE(faults.size() == 1);
  return render(faults.front(), "f");
}

constexpr std::string_view kTwo = R"([[backend]]
name = "first"
[backend.health]
texts = ["one"]
log = "replace"

[[backend]]
name = "second"
line_ends = "lf"
[backend.health]
texts = ["two", "three"]
log = "pass"
)";

std::string two_and(std::string_view more) { return std::string(kTwo) + std::string(more); }

}  // namespace

TEST_CASE("a table in an element is read into this element") {
  const std::vector<Backend> backends = document(kTwo).settings.live.backends;
  REQUIRE(backends.size() == 2);
  CHECK(backends[0].temporary_errors == std::vector<std::string>{"one"});
  CHECK(backends[0].error_text == policy::ErrorText::kReplace);
  CHECK(backends[1].temporary_errors == std::vector<std::string>{"two", "three"});
  CHECK(backends[1].error_text == policy::ErrorText::kPass);
}

TEST_CASE("a value in it has a place with the element's index") {
  const Document two = document(kTwo);
  CHECK(mark_of(two, "backend[0].health.texts") == Mark{.line = 4, .column = 9});
  CHECK(mark_of(two, "backend[1].health.texts") == Mark{.line = 11, .column = 9});
  CHECK(read(kTwo).mark_of("backend[1].health.texts[1]") == Mark{.line = 11, .column = 17});
}

TEST_CASE("an unknown key in it is shown with what was meant") {
  CHECK(only_fault(two_and("txets = []\n")) ==
        "f:13:1: error: unknown key `backend.health.txets`; did you mean `backend.health.texts`?\n"
        "    txets = []\n"
        "    ^\n");
}

TEST_CASE("its own name can be misspelt") {
  CHECK(only_fault("[[backend]]\nname = \"a\"\n[backend.helth]\nlog = \"pass\"\n") ==
        "f:3:10: error: unknown table `backend.helth`; did you mean `backend.health`?\n"
        "    [backend.helth]\n"
        "             ^\n");
}

TEST_CASE("a wrong value in it is shown where it stands") {
  const std::string text =
      "[[backend]]\nname = \"a\"\n[[backend]]\nname = \"b\"\n"
      "[backend.health]\nlog = \"pas\"\n";
  CHECK(only_fault(text) ==
        "f:6:7: error: `backend.health.log` cannot be \"pas\"; did you mean \"pass\"?\n"
        "    log = \"pas\"\n"
        "          ^\n");
}

TEST_CASE("what it needs is asked for where the table is given, and only there") {
  CHECK(only_fault("[[backend]]\nname = \"a\"\n[[backend]]\nname = \"b\"\n[backend.health]\n") ==
        "f:5:1: error: [backend.health] needs `log`, such as log = \"pass\"\n"
        "    [backend.health]\n"
        "    ^\n");
}

TEST_CASE("the same table twice in one element is a fault of the second") {
  const auto root = parse_toml(two_and("[backend.health]\n"));
  REQUIRE_FALSE(root.has_value());
  CHECK(root.error().mark.line == 13);
  CHECK(root.error().text == "[backend.health] is already in line 10; write its keys there");
}

TEST_CASE("what is printed is read as the same") {
  const Document two = document(kTwo);
  const std::string text = effective_toml(two);
  CHECK(text == R"([[backend]]
name = "first"  # f:2
line_ends = "auto"  # default

[backend.health]
texts = ["one"]  # f:4
log = "replace"  # f:5

[[backend]]
name = "second"  # f:8
line_ends = "lf"  # f:9

[backend.health]
texts = ["two", "three"]  # f:11
log = "pass"  # f:12
)");
  CHECK(document(text).settings == two.settings);
}

TEST_CASE("the defaults hold the table once, after the element's own keys") {
  const std::string text = default_toml(deep());
  CHECK(text.find("[backend.health]\n") > text.find("line_ends = "));
  CHECK(document(text).settings.live.backends.size() == 1);
}

TEST_CASE("a difference in it tells the element's name") {
  std::string other(kTwo);
  other.replace(other.find("three"), 5, "four");
  const auto changed = differences(document(kTwo), document(other));
  REQUIRE(changed.size() == 1);
  CHECK(changed[0].key == "backend[\"second\"].health.texts");
}

TEST_CASE("no list stands in an element of another") {
  for (const Key& key : schema().keys()) {
    INFO(key.name);
    CHECK_FALSE((std::holds_alternative<List>(key.field) && schema().list_of(key) != nullptr));
  }
}

}  // namespace postern::conf
