// SPDX-License-Identifier: Apache-2.0
// Whatever a file holds, there is a configuration that postern takes, or a reason.
#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "conf/reader.hpp"
#include "proxy/migrate/files.hpp"
#include "tests/unit/migrate/corpus.hpp"

namespace postern::migrate {
namespace {

void demand_sense(const Request& request) {
  const auto imported = import_settings(request);
  if (!imported) {
    REQUIRE_FALSE(imported.error().why.empty());
    return;
  }
  REQUIRE(conf::read_text(imported->toml, "postern.toml").has_value());
  for (const Note& one : imported->notes) {
    const std::string line = text_of(one);
    REQUIRE_FALSE(one.why.empty());
    REQUIRE(line.find_first_of("\n\r\x1b") == std::string::npos);
  }
}

std::string repeated(std::string_view piece, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += piece;
  return all;
}

}  // namespace

TEST_CASE("damaged files come to a configuration or to a reason") {
  std::minstd_rand random(20'261'201);
  constexpr std::string_view kBytes =
      "{};\"'\\#=[]:,*%$!<\n\r\t \0\x1b\xff"
      "a1@";
  for (const Sample& one : samples()) {
    INFO(one.stem);
    for (int round = 0; round < 12; ++round) {
      Request request = one.request;
      std::string& bytes = request.bytes;
      for (int change = 0; change < 1 + round; ++change) {
        const std::size_t at = random() % bytes.size();
        bytes[at] = kBytes[random() % kBytes.size()];
      }
      if (round % 3 == 0) bytes.resize(random() % bytes.size());
      demand_sense(request);
    }
  }
}

TEST_CASE("deep and long files have bounds") {
  const auto ask = [](Program program, std::string bytes) {
    demand_sense({.program = program, .file = "x", .bytes = std::move(bytes), .popmap = {}});
  };
  ask(Program::kNginx, repeated("mail {\n", 100'000));
  ask(Program::kNginx, "mail { server { protocol pop3; " + repeated("listen 995;", 20'000) + "}}");
  ask(Program::kDovecot, repeated("passdb {\n", 100'000));
  ask(Program::kDovecot, repeated("passdb {\n args = proxy=y host=a\n}\n", 6'000));
  ask(Program::kExchange, repeated("[", 500'000));
  ask(Program::kExchange,
      R"({"LoginType":)" + repeated(R"({"Value":)", 50'000) + "1" + repeated("}", 50'000) + "}");
  ask(Program::kStunnel, repeated("[pop3]\naccept = 995\nconnect = 110\n", 300));
  ask(Program::kPerdition, "protocol POP3\n" + repeated("s localhost\n", 19'000));
  ask(Program::kPerdition, "s " + repeated("localhost,", 100'000));
}

TEST_CASE("text of Windows is read as it was meant") {
  using namespace std::string_literals;
  CHECK(decoded("\xff\xfe"
                "a\0\xe9\0\x3d\xd8\x00\xde"s) == "a\u00e9\U0001f600");
  CHECK(decoded("\xfe\xff\0a"s) == "a");
  CHECK(decoded("{\0\"\0"s) == "{\"");
  CHECK(decoded("\xef\xbb\xbf"
                "a") == "a");
  CHECK(decoded("\xff\xfe\x00\xd8"s) == "\ufffd");
  CHECK(decoded("plain") == "plain");
}

}  // namespace postern::migrate
