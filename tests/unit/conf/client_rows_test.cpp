// SPDX-License-Identifier: Apache-2.0
#include "conf/client_rows.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "conf/clients.hpp"

namespace postern::conf {
namespace {

// Every fault as "LINE:COLUMN: text".
std::string faults_of(std::string_view text, const ClientRows& known = {}) {
  const auto rows = read_client_rows(text, known);
  if (rows) return "none";
  std::string all;
  for (const Diagnostic& one : rows.error()) {
    all += std::to_string(one.mark.line) + ':' + std::to_string(one.mark.column) + ": " + one.text;
    all += '\n';
  }
  return all;
}

policy::Habits said(std::initializer_list<policy::Step> steps) {
  policy::Habits habits;
  for (const policy::Step step : steps) habits.note(step);
  return habits;
}

class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / "postern-clients-XXXXXX") {
    std::string name = path_.string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void write(std::string_view text) const { std::ofstream(path_ / "clients.toml") << text; }
  std::string configuration() const { return (path_ / "postern.toml").string(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("the shipped table is sound, and each program has evidence", "[client_rows]") {
  CHECK(faults_of(shipped_clients_text()) == "none");
  const ClientRows& shipped = shipped_clients();
  CHECK(shipped.rows.size() >= 20);
  std::size_t evidence = 0;
  std::string_view text = shipped_clients_text();
  for (std::size_t at = text.find("\nevidence ="); at != std::string_view::npos;
       at = text.find("\nevidence =", at + 1)) {
    ++evidence;
  }
  CHECK(evidence == shipped.rows.size());
  const policy::ClientTable table({}, shipped.rows);
  for (const policy::ClientRow& row : shipped.rows) {
    INFO(row.name);
    CHECK_FALSE(table.change_for(row.name).empty());
  }
}

TEST_CASE("a row is read as it is written", "[client_rows]") {
  const auto rows = read_client_rows(R"([[hello]]
name = "ours"
looks = ["1.3:*:*", "1.2:*:*"]
[[client]]
name = "erp"
hello = ["ours", "1.0:*:*"]
with_hello = ["USER PASS *"]
dialogue = ["CAPA"]
in_clear = ["USER", "APOP"]
evidence = "source: its own"
change = "Ask Ann.")");
  REQUIRE(rows);
  REQUIRE(rows->rows.size() == 1);
  const policy::ClientRow& row = rows->rows.front();
  CHECK(row.name == "erp");
  CHECK(row.hello.size() == 3);
  CHECK(row.with_hello.size() == 1);
  CHECK(row.dialogue.size() == 1);
  CHECK(row.in_clear.size() == 2);
  CHECK(row.evidence == policy::Evidence::kSource);
  CHECK(row.change == "Ask Ann.");
}

TEST_CASE("a row of a link in clear alone is one", "[client_rows]") {
  CHECK(faults_of("[[client]]\nname = \"a\"\nin_clear = [\"CAPA\"]") == "none");
}

TEST_CASE("an empty table is one", "[client_rows]") {
  CHECK(faults_of("") == "none");
  CHECK(faults_of("client = []\nhello = []") == "none");
}

TEST_CASE("every fault is told at once, with its place and the way out", "[client_rows]") {
  CHECK(faults_of(R"([[cleint]]
name = "x"
[[client]]
nmae = "a"
dialogue = ["CAPA", "USR PASS", ""]
[[client]]
name = "b b"
with_hello = ["CAPA"]
[[client]]
name = "c"
hello = ["opensl", "*:*"]
evidence = "a guess"
change = "two\nlines"
[[hello]]
name = "openssl"
looks = ["x"]
[[client]]
name = "d"
)") == R"(1:3: unknown table `cleint`; did you mean `client`?
3:1: [[client]] needs `name`
4:1: unknown key `nmae`; did you mean `name`?
5:21: "USR" is no step of a dialogue, or one too many; such as "CAPA STLS? USER PASS > STAT|LIST* *"
5:33: `dialogue` must not hold an empty dialogue
7:8: `name` must be made of letters, digits, `.`, `_` and `-`
8:14: `with_hello` needs `hello`
11:10: there is no [[hello]] "opensl"; did you mean `openssl`?
11:20: there is no [[hello]] "*:*"
12:12: `evidence` must begin with "measured:", "source:" or "told:"
13:10: `change` must be one line of printable ASCII
16:10: "x" is not what a hello looks like, such as "1.2-1.3:31-27def9ce:9-5e6f7081" or "*:*:9-5e6f7081"
17:1: [[client]] needs `dialogue` or `hello`, by which it is recognised
)");
}

TEST_CASE("values of the wrong kind", "[client_rows]") {
  CHECK(faults_of("[client]\nname = \"a\"") ==
        "1:1: `client` is a list of tables: write [[client]]\n");
  CHECK(faults_of("client = [1]") == "1:10: `client` is a list of tables: write [[client]]\n");
  CHECK(faults_of("[[client]]\nname = 3\ndialogue = \"CAPA\"\nchange = true") ==
        "2:8: `name` must be a string, not a whole number\n"
        "3:12: `dialogue` must be a list of strings, of 32 at most\n"
        "4:10: `change` must be a string, not a boolean\n");
  CHECK(faults_of("[[client]]\nname = \"a\"\ndialogue = [1]") ==
        "3:12: `dialogue` must be a list of strings, of 32 at most\n");
  CHECK(faults_of("[[hello]]\nname = \"a\"") == "1:1: [[hello]] needs `looks`\n");
  CHECK(faults_of("[[hello]]\nlooks = []") == "1:1: [[hello]] needs `name`\n");
  CHECK(faults_of("[[hello]]\nname = \"a\"\nlooks = [\"*:*:*\"]\n"
                  "[[hello]]\nname = \"a\"\nlooks = [\"*:*:*\"]") ==
        "4:1: there is another hello \"a\"\n");
  CHECK(faults_of("[[client]\n").starts_with("1:"));
}

TEST_CASE("there is a bound for everything", "[client_rows]") {
  std::string many;
  for (std::size_t i = 0; i <= kMaxClients; ++i) {
    many += "[[client]]\nname = \"a\"\ndialogue = [\"CAPA\"]\n";
  }
  CHECK(faults_of(many) == "1501:1: there may be 500 rows `[[client]]` at most\n");
  CHECK(faults_of(std::string(kMaxClientsFile + 1, '\n')) == "0:0: is larger than 262144 bytes\n");
  std::string patterns = "[[client]]\nname = \"a\"\ndialogue = [";
  for (int i = 0; i < 33; ++i) patterns += "\"CAPA\",";
  CHECK(faults_of(patterns + "]") == "3:12: `dialogue` must be a list of strings, of 32 at most\n");
}

TEST_CASE("a sentence alone is for a program that is known", "[client_rows]") {
  constexpr std::string_view kSentence = "[[client]]\nname = \"perl\"\nchange = \"Ask Ann.\"";
  CHECK(faults_of(kSentence, shipped_clients()) == "none");
  CHECK(faults_of(kSentence) == "1:1: there is no program \"perl\" whose sentence this could be\n");
}

TEST_CASE("a site's rows may name the hellos that are shipped", "[client_rows]") {
  CHECK(faults_of("[[client]]\nname = \"erp\"\nhello = [\"gnutls\"]", shipped_clients()) == "none");
  CHECK(faults_of("[[client]]\nname = \"erp\"\nhello = [\"gnutsl\"]", shipped_clients()) ==
        "3:10: there is no [[hello]] \"gnutsl\"; did you mean `gnutls`?\n");
}

TEST_CASE("the site's file is beside its configuration, and need not be there", "[clients]") {
  CHECK(clients_file_beside("/etc/postern/postern.toml") == "/etc/postern/clients.toml");
  CHECK(clients_file_beside("postern.toml") == "clients.toml");
  const Folder folder;
  const auto table = clients_beside(folder.configuration());
  REQUIRE(table);
  using policy::Step;
  const auto go = said({Step::kUser, Step::kPass, Step::kLoggedIn, Step::kNoop});
  CHECK(table->recognise({}, go) == "go");
}

TEST_CASE("its rows come before the shipped ones", "[clients]") {
  const Folder folder;
  folder.write(
      "[[client]]\nname = \"erp\"\ndialogue = [\"USER PASS > NOOP *\"]\n"
      "[[client]]\nname = \"go\"\nchange = \"Ask Ann.\"\n");
  const auto table = clients_beside(folder.configuration());
  REQUIRE(table);
  using policy::Step;
  CHECK(table->recognise({}, said({Step::kUser, Step::kPass, Step::kLoggedIn, Step::kNoop})) ==
        "erp");
  CHECK(table->change_for("go") == "Ask Ann.");
  CHECK_FALSE(table->change_for("perl").empty());
}

TEST_CASE("its faults are told as those of its own file", "[clients]") {
  const Folder folder;
  folder.write("[[client]]\nname = \"erp\"\n");
  const auto table = clients_beside(folder.configuration());
  REQUIRE_FALSE(table);
  REQUIRE(table.error().size() == 1);
  const std::string file = (folder.path() / "clients.toml").string();
  CHECK(render(table.error().front(), folder.configuration()) ==
        file +
            ":1:1: error: [[client]] needs `dialogue` or `hello`, by which it is recognised\n"
            "    [[client]]\n    ^\n");
}

TEST_CASE("a file that cannot be read is a fault", "[clients]") {
  const Folder folder;
  std::filesystem::create_directory(folder.path() / "clients.toml");
  const auto table = clients_beside(folder.configuration());
  REQUIRE_FALSE(table);
  CHECK(table.error().front().text.starts_with("cannot be read: "));
  CHECK(table.error().front().file == (folder.path() / "clients.toml").string());
}

}  // namespace postern::conf
