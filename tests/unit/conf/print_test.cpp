#include "conf/print.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

namespace postern::conf {
namespace {

constexpr std::string_view kPlain = R"([[listener]]
name = "pop3s"
address = ["127.0.0.1:995"]
tls = "implicit"
[[tls.certificate]]
cert_file = "cert.pem"
key_file = "key.pem"
[[backend]]
name = "mail"
address = ["127.0.0.1:110"]
)";

Document read(std::string_view text) {
  auto document = read_text(text, "postern.toml");
  if (!document) FAIL(render(document.error().front(), "postern.toml"));
  return *document;
}

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).contains("\n" + line + "\n");
}

}  // namespace

TEST_CASE("each value in force is printed with its source") {
  const std::string text = effective_toml(read(kPlain));
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
  const std::string text = effective_toml(read(kPlain));
  CHECK(text.find("login = ") > text.find("[policy]"));
}

TEST_CASE("a file's name cannot end its comment") {
  auto document = read_text(kPlain, "a\nb = 1");
  REQUIRE(document.has_value());
  CHECK(effective_toml(*document).contains("# a\\nb = 1:2\n"));
}

TEST_CASE("the defaults are a configuration that can be read") {
  const std::string text = default_toml();
  const Settings defaults;
  const Document document = read(text);
  CHECK(document.warnings.empty());
  CHECK(document.settings.startup == defaults.startup);
  CHECK(document.settings.live.policy == defaults.live.policy);
  CHECK(document.settings.live.limits == defaults.live.limits);
  CHECK(document.settings.live.timeouts == defaults.live.timeouts);
  CHECK(document.settings.live.log == defaults.live.log);
}

TEST_CASE("each key has a line about its meaning") {
  const std::vector<Description> all = descriptions();
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
  CHECK(default_toml().contains("\n# its name in logs (required)\nname = \"pop3s\"\n"));
}

TEST_CASE("differences are values, not places") {
  const Document before = read(kPlain);
  CHECK(differences(before, read("# moved\n\n" + std::string(kPlain))).empty());
  const auto changed =
      differences(before, read(std::string(kPlain) + "[timeouts]\nidle = \"30m\"\n"));
  REQUIRE(changed.size() == 1);
  CHECK(changed[0].key == "timeouts.idle");
  CHECK(changed[0].before.value == "\"10m\"");
  CHECK(changed[0].after.value == "\"30m\"");
  CHECK(changed[0].after.mark.line == 12);
}

TEST_CASE("a default that is written down is no difference") {
  CHECK(differences(read(kPlain), read(std::string(kPlain) + "[log]\nlevel = \"info\"\n")).empty());
}

TEST_CASE("an element of a list is known by its name") {
  const std::string more = R"([[listener]]
name = "first"
address = ["127.0.0.1:110"]
tls = "stls"
)";
  const auto changed = differences(read(kPlain), read(more + std::string(kPlain)));
  REQUIRE(changed.size() == 4);
  for (const Difference& one : changed) {
    CHECK(one.key.starts_with("listener[\"first\"]."));
    CHECK(one.before.key.empty());
  }
}

}  // namespace postern::conf
