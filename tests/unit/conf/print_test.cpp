// SPDX-License-Identifier: Apache-2.0
#include "conf/print.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/conf/least.hpp"

namespace postern::conf {
namespace {

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).contains("\n" + line + "\n");
}

}  // namespace

TEST_CASE("each value in force is printed with its source") {
  const std::string text = effective_toml(read_good(kLeast));
  CHECK(has_line(text, R"(name = "pop3s"  # postern.toml:2)"));
  CHECK(has_line(text, R"(address = ["127.0.0.1:995"]  # postern.toml:3)"));
  CHECK(has_line(text, R"(greeting = "POP3 ready"  # default)"));
  CHECK(has_line(text, R"(login = "tls-required"  # default)"));
  CHECK(has_line(text, "[[tls.certificate]]"));
  CHECK(has_line(text, "[tls]"));
  CHECK_FALSE(
      text.contains("[["
                    "backend[0]"));
}

TEST_CASE("a level that a listener does not set is not printed for it") {
  const std::string text = effective_toml(read_good(kLeast));
  CHECK(text.find("login = ") > text.find("[policy]"));
}

TEST_CASE("a file's name cannot end its comment") {
  auto document = read_text(kLeast, "a\nb = 1");
  REQUIRE(document.has_value());
  CHECK(effective_toml(*document).contains("# a\\nb = 1:2\n"));
}

TEST_CASE("the defaults are a configuration that can be read") {
  const std::string text = default_toml(schema());
  const Settings defaults;
  const Document document = read_good(text);
  CHECK(document.warnings.empty());
  CHECK(document.settings.startup == defaults.startup);
  CHECK(document.settings.live.policy == defaults.live.policy);
  CHECK(document.settings.live.limits == defaults.live.limits);
  CHECK(document.settings.live.timeouts == defaults.live.timeouts);
  CHECK(document.settings.live.log == defaults.live.log);
}

TEST_CASE("each key has a line about its meaning") {
  const std::vector<Description> all = descriptions(schema());
  CHECK(all.size() > 30);
  for (const Description& key : all) {
    INFO(key.key);
    CHECK_FALSE(key.meaning.empty());
    CHECK_FALSE(key.value.empty());
  }
  const auto login = std::ranges::find(all, "listener.login", &Description::key);
  REQUIRE(login != all.end());
  CHECK(login->standing == Standing::kUnset);
  const auto name = std::ranges::find(all, "listener.name", &Description::key);
  REQUIRE(name != all.end());
  CHECK(name->standing == Standing::kExample);
  CHECK(default_toml(schema()).contains("\n# its name in logs (required)\nname = \"pop3s\"\n"));
}

TEST_CASE("differences are values, not places") {
  const Document before = read_good(kLeast);
  CHECK(differences(before, read_good("# moved\n\n" + std::string(kLeast))).empty());
  const auto changed =
      differences(before, read_good(std::string(kLeast) + "[timeouts]\nidle = \"30m\"\n"));
  REQUIRE(changed.size() == 1);
  CHECK(changed[0].key == "timeouts.idle");
  CHECK(changed[0].before.value == "\"10m\"");
  CHECK(changed[0].after.value == "\"30m\"");
  CHECK(changed[0].after.mark.line == 12);
}

TEST_CASE("a default that is written down is no difference") {
  CHECK(differences(read_good(kLeast), read_good(std::string(kLeast) + "[log]\nlevel = \"info\"\n"))
            .empty());
}

TEST_CASE("an element of a list is known by its name") {
  const std::string more = R"([[listener]]
name = "first"
address = ["127.0.0.1:1110"]
tls = "stls"
)";
  const auto changed = differences(read_good(kLeast), read_good(more + std::string(kLeast)));
  REQUIRE(changed.size() == 7);
  for (const Difference& one : changed) {
    CHECK(one.key.starts_with("listener[\"first\"]."));
    CHECK(one.before.key.empty());
  }
}

}  // namespace postern::conf
