// SPDX-License-Identifier: Apache-2.0
#include "proxy/migrate/import.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "conf/reader.hpp"
#include "tests/unit/migrate/corpus.hpp"

namespace postern::migrate {
namespace {

std::string lines_of_notes(const Notes& notes) {
  std::string lines;
  for (const Note& one : notes) lines += text_of(one) + '\n';
  return lines;
}

Refusal refusal_of(Program program, std::string bytes) {
  const auto imported =
      import_settings({.program = program, .file = "x", .bytes = std::move(bytes), .popmap = {}});
  REQUIRE_FALSE(imported.has_value());
  return imported.error();
}

}  // namespace

TEST_CASE("files of other programs become the configurations and notes beside them") {
  std::map<Program, int> count;
  for (const Sample& one : samples()) {
    INFO(one.stem);
    ++count[one.request.program];
    const auto imported = import_settings(one.request);
    REQUIRE(imported.has_value());
    CHECK(imported->toml == bytes_of(one.stem + ".toml"));
    CHECK(lines_of_notes(imported->notes) == bytes_of(one.stem + ".notes"));
    const auto document = conf::read_text(imported->toml, "postern.toml");
    REQUIRE(document.has_value());
    CHECK_FALSE(document->settings.live.backends.empty());
    CHECK_FALSE(document->settings.live.listeners.empty());
  }
  REQUIRE(count.size() == program_names().size());
  for (const auto& [program, files] : count) CHECK(files >= 5);
}

TEST_CASE("nothing secret of another program's file is repeated") {
  for (const Sample& one : samples()) {
    INFO(one.stem);
    const auto imported = import_settings(one.request);
    REQUIRE(imported.has_value());
    const std::string all = imported->toml + lines_of_notes(imported->notes);
    for (const auto* const secret : {"hunter2", "s3cret", "do not tell"}) {
      CHECK_FALSE(all.contains(secret));
    }
  }
}

TEST_CASE("what is no file of the program is refused with its place") {
  CHECK(text_of(refusal_of(Program::kExchange, "{")).starts_with("x: no JSON"));
  CHECK(text_of(refusal_of(Program::kExchange, "[{\"a\": 1}]")).starts_with("x: no settings of"));
  CHECK(text_of(refusal_of(Program::kNginx, "mail {\n  server {\n}")) ==
        "x:3: no file of nginx: it ends inside a block");
  CHECK(text_of(refusal_of(Program::kNginx, "}\n")) ==
        "x:1: no file of nginx: a } that closes nothing");
  CHECK(text_of(refusal_of(Program::kNginx, "http { }")) ==
        "x: there is no block `mail { }` in it");
  CHECK(text_of(refusal_of(Program::kNginx, "mail { server { listen 143; } }")) ==
        "x: there is no server for POP3 in it");
  CHECK(text_of(refusal_of(Program::kStunnel, "[https]\naccept = 443\nconnect = 80\n")) ==
        "x: there is no service for POP3 in it");
  CHECK(
      text_of(refusal_of(Program::kStunnel, "\nhello\n")).starts_with("x:2: no file of stunnel: "));
  CHECK(text_of(refusal_of(Program::kDovecot, "protocols = imap lmtp\n")) ==
        "x:1: POP3 is not among its protocols");
  CHECK(text_of(refusal_of(Program::kDovecot, "# nothing\n")) ==
        "x: there is no setting of Dovecot in it");
  CHECK(text_of(refusal_of(Program::kPerdition, "protocol IMAP4\n")) ==
        "x:1: this Perdition does not speak POP3");
  CHECK(text_of(refusal_of(Program::kPerdition, "hello there\nand more\n")) ==
        "x: there are no options of Perdition in it");
}

TEST_CASE("files that include themselves come to an end") {
  samples();  // goes to the directory
  for (const auto* const file : {"nginx/circle.inc", "dovecot/circle.inc"}) {
    const Program program =
        std::string(file).starts_with("nginx") ? Program::kNginx : Program::kDovecot;
    const auto imported =
        import_settings({.program = program, .file = file, .bytes = bytes_of(file), .popmap = {}});
    REQUIRE_FALSE(imported.has_value());
    CHECK(imported.error().why.ends_with("files include each other"));
  }
}

}  // namespace postern::migrate
