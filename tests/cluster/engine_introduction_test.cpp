// SPDX-License-Identifier: Apache-2.0
#include "proxy/cluster/engine_introduction.hpp"

#include <catch2/catch.hpp>

namespace postern::cluster {
namespace {

using State = EngineIntroduction::State;
using Kind = Reply::Kind;

Reply text(std::string bytes) { return {.kind = Kind::kText, .text = std::move(bytes)}; }
Reply error(std::string bytes) { return {.kind = Kind::kError, .text = std::move(bytes)}; }
Reply integer(std::int64_t value) { return {.kind = Kind::kInteger, .integer = value}; }
Reply list(std::vector<Reply> values) { return {.kind = Kind::kList, .list = std::move(values)}; }

const Reply kOk = text("OK");
const Reply kMaster = list({text("master"), integer(0), list({})});

EngineSettings with_password(std::string user = {}) {
  EngineSettings settings;
  settings.username = std::move(user);
  settings.password = pop3::Secret("hidden");
  return settings;
}

TEST_CASE("who we are is said at once") {
  CHECK(EngineIntroduction(EngineSettings()).take_words() ==
        std::vector<Words>{{"CLIENT", "SETNAME", "postern"}, {"ROLE"}});
  CHECK(EngineIntroduction(with_password()).take_words().front() == Words{"AUTH", "hidden"});
  CHECK(EngineIntroduction(with_password("gate")).take_words().front() ==
        Words{"AUTH", "gate", "hidden"});
}

TEST_CASE("a master serves, also one that knows no names of clients") {
  EngineIntroduction plain{EngineSettings()};
  CHECK(plain.hear(error("ERR unknown command")) == State::kAsking);
  CHECK(plain.hear(kMaster) == State::kServed);
  const EngineSettings settings = with_password();
  EngineIntroduction known{settings};
  CHECK(known.hear(kOk) == State::kAsking);
  CHECK(known.hear(kOk) == State::kAsking);
  CHECK(known.hear(kMaster) == State::kServed);
}

TEST_CASE("a replica says where its master is") {
  EngineIntroduction introduction{EngineSettings()};
  introduction.hear(kOk);
  CHECK(introduction.hear(list({text("slave"), text("10.0.0.9"), integer(6380), text("connected"),
                                integer(7)})) == State::kElsewhere);
  CHECK(introduction.master() == EngineAddress{"10.0.0.9", 6380});
}

TEST_CASE("a Sentinel is asked, though it may have no password") {
  const EngineSettings settings = with_password();
  EngineIntroduction introduction{settings};
  introduction.take_words();
  introduction.hear(error("ERR AUTH <password> called without any password configured"));
  introduction.hear(kOk);
  CHECK(introduction.hear(list({text("sentinel"), list({text("mail")})})) == State::kAsking);
  CHECK(introduction.take_words() ==
        std::vector<Words>{{"SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mail"}});
  SECTION("and knows it") {
    CHECK(introduction.hear(list({text("::1"), text("6379")})) == State::kElsewhere);
    CHECK(introduction.master().text() == "[::1]:6379");
  }
  SECTION("or not") {
    CHECK(introduction.hear({}) == State::kRefused);
    CHECK(introduction.why() == "this Sentinel does not know where its master is");
  }
  SECTION("or says what is no port") {
    CHECK(introduction.hear(list({text("::1"), text("70000")})) == State::kRefused);
  }
}

TEST_CASE("what does not serve is told in words, and never with the password") {
  const EngineSettings settings = with_password();
  EngineIntroduction introduction{settings};
  std::string why;
  SECTION("a password that is wrong") {
    introduction.hear(error("WRONGPASS invalid username-password pair or user is disabled."));
    introduction.hear(error("NOAUTH Authentication required."));
    CHECK(introduction.hear(error("NOAUTH Authentication required.")) == State::kRefused);
    why =
        "it does not take the password: WRONGPASS invalid username-password pair or user is "
        "disabled.";
  }
  SECTION("a password where none is asked for: somebody else's engine") {
    introduction.hear(error("ERR AUTH <password> called without any password configured"));
    introduction.hear(kOk);
    CHECK(introduction.hear(kMaster) == State::kRefused);
    why =
        "it does not take the password: ERR AUTH <password> called without any password "
        "configured";
  }
  SECTION("a user who may do nothing") {
    introduction.hear(kOk);
    introduction.hear(kOk);
    CHECK(introduction.hear(error("NOPERM no\r\npermission")) == State::kRefused);
    why = "it answers ROLE with NOPERM no??permission";
  }
  SECTION("a Sentinel of many") {
    introduction.hear(kOk);
    introduction.hear(kOk);
    CHECK(introduction.hear(list({text("sentinel"), list({text("a"), text("b")})})) ==
          State::kRefused);
    why = "this Sentinel watches 2 masters, and which one is meant nobody can say";
  }
  SECTION("something else") {
    introduction.hear(kOk);
    introduction.hear(kOk);
    CHECK(introduction.hear(text("hello")) == State::kRefused);
    why = "it does not answer as a Redis does";
  }
  CHECK(introduction.why() == why);
}

}  // namespace
}  // namespace postern::cluster
