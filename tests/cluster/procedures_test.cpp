// SPDX-License-Identifier: Apache-2.0
// Our functions in a real engine, in both ways that engines have them.
#include "tests/cluster/procedures_world.hpp"

namespace postern::cluster {
namespace {

using testing::Redis;

const Words kNodes = {"n", "nt", "e"};

std::shared_ptr<EngineSettings> as_gate(const Redis& redis,
                                        const std::vector<std::string>& rights) {
  std::vector<std::string> words = {"ACL", "SETUSER", "gate", "on", ">hidden", "~*", "&*", "+@all"};
  words.insert(words.end(), rights.begin(), rights.end());
  REQUIRE(redis.run(words) == "OK");
  auto settings = EngineWorld::settings({redis.address()});
  settings->username = "gate";
  settings->password = pop3::Secret("hidden");
  return settings;
}

TEST_CASE("functions or cached texts, whichever the engine takes") {
  Redis redis;
  const bool functions = GENERATE(true, false);
  ProceduresWorld world;
  world.use(as_gate(
      redis, functions ? std::vector<std::string>{} : std::vector<std::string>{"-function"}));
  world.turn([&] { return world.procedures.is_up(); });
  const auto beat = world.call(Script::kBeat, kNodes, {"id", "sealed", "60000", "drawn"});
  REQUIRE(beat);
  CHECK(beat->list.at(0).text == "drawn");
  CHECK(beat->list.at(1).integer == 1);
  CHECK((redis.run({"FUNCTION", "LIST"}).contains("postern_1_")) == functions);
}

TEST_CASE("an engine that takes neither is told as such, and used once it does") {
  Redis redis;
  ProceduresWorld world;
  world.use(as_gate(redis, {"-function", "-script"}));
  world.turn([&] { return !world.told.empty(); });
  CHECK_THAT(world.told.front(), Catch::Contains("takes neither functions nor scripts: NOPERM"));
  CHECK_FALSE(world.procedures.is_up());
  CHECK_FALSE(world.call(Script::kListNodes, {"n", "nt"}, {}));
  REQUIRE(redis.run({"ACL", "SETUSER", "gate", "+script"}) == "OK");
  world.turn([&] { return world.procedures.is_up(); });
  CHECK(world.told.size() == 2);
}

TEST_CASE("what the engine has lost it is given again") {
  Redis redis;
  const bool functions = GENERATE(true, false);
  ProceduresWorld world;
  world.use(as_gate(
      redis, functions ? std::vector<std::string>{} : std::vector<std::string>{"-function"}));
  world.turn([&] { return world.procedures.is_up(); });
  REQUIRE(redis.run(functions ? std::vector<std::string>{"FUNCTION", "FLUSH"}
                              : std::vector<std::string>{"SCRIPT", "FLUSH"}) == "OK");
  CHECK_FALSE(world.call(Script::kListNodes, {"n", "nt"}, {}));
  world.turn([&] { return world.procedures.is_up(); });
  CHECK(world.call(Script::kListNodes, {"n", "nt"}, {}));
  CHECK(world.told == std::vector<std::string>{"up"});
}

TEST_CASE("an error is no answer") {
  Redis redis;
  ProceduresWorld world;
  world.come_up(redis);
  REQUIRE(redis.run({"SET", "b", "a text"}) == "OK");
  CHECK_FALSE(world.call(Script::kUnban, {"b", "bt"}, {"net", "news"}));
  CHECK(world.procedures.is_up());
}

// Bans

const Words kBans = {"b", "bt"};

struct BanWorld : ProceduresWorld {
  BanWorld() : ProceduresWorld("news") { come_up(redis); }

  std::int64_t ban(const std::string& network, const std::string& kind, const std::string& span,
                   const std::string& most = "100") {
    return call(Script::kBan, kBans, {network, kind, "sealed " + network, span, most, "news"})
        ->integer;
  }
  /// "NETWORK KIND", sorted.
  std::vector<std::string> list() {
    const auto reply = call(Script::kListBans, kBans, {"0", "1000"});
    REQUIRE(reply);
    std::vector<std::string> all;
    for (std::size_t i = 1; i + 3 < reply->list.size(); i += 4) {
      all.push_back(reply->list[i].text + " " + reply->list[i + 1].text);
      CHECK(reply->list[i + 3].text == "sealed " + reply->list[i].text);
    }
    std::ranges::sort(all);
    return all;
  }

  Redis redis;
};

TEST_CASE("a ban is told to everybody, and stands until it is over or undone") {
  BanWorld world;
  CHECK(world.ban("a", "a", "60000") == 1);
  CHECK(world.ban("b", "m", "0") == 1);
  CHECK(world.ban("c", "a", "150") == 1);
  CHECK(world.list() == std::vector<std::string>{"a a", "b m", "c a"});
  world.turn([&] { return world.news.size() == 3; });
  CHECK(world.news[0] == "+a a 60000 sealed a");
  CHECK(world.news[1] == "+b m 0 sealed b");
  world.turn([&] { return world.list() == std::vector<std::string>{"a a", "b m"}; });
  CHECK(world.call(Script::kUnban, kBans, {"a", "news"})->integer == 1);
  CHECK(world.call(Script::kUnban, kBans, {"a", "news"})->integer == 0);
  CHECK(world.list() == std::vector<std::string>{"b m"});
  world.turn([&] { return world.news.size() == 5; });
  CHECK(world.news[3] == "-a");
}

TEST_CASE("the ban that holds longer stays, and what is by hand") {
  BanWorld world;
  CHECK(world.ban("a", "a", "60000") == 1);
  CHECK(world.ban("a", "a", "1000") == 0);
  CHECK(world.ban("a", "a", "90000") == 1);
  CHECK(world.ban("a", "m", "1000") == 1);
  CHECK(world.ban("a", "a", "90000") == 0);
  CHECK(world.ban("a", "m", "0") == 1);
  CHECK(world.ban("a", "m", "50000") == 1);
  CHECK(world.list() == std::vector<std::string>{"a m"});
}

TEST_CASE("there is room for so many, and the automatic one that ends first goes") {
  BanWorld world;
  CHECK(world.ban("a", "a", "60000", "3") == 1);
  CHECK(world.ban("b", "a", "50000", "3") == 1);
  CHECK(world.ban("c", "m", "0", "3") == 1);
  CHECK(world.ban("d", "a", "90000", "3") == 1);
  CHECK(world.list() == std::vector<std::string>{"a a", "c m", "d a"});
  CHECK(world.ban("e", "m", "0", "3") == 1);
  CHECK(world.ban("f", "m", "0", "3") == 1);
  CHECK(world.ban("g", "m", "0", "3") == -1);
  CHECK(world.list() == std::vector<std::string>{"c m", "e m", "f m"});
}

// Nodes and their sessions

struct SessionWorld : ProceduresWorld {
  SessionWorld() { come_up(redis); }

  void beat(const std::string& id, const std::string& span = "60000") {
    REQUIRE(call(Script::kBeat, kNodes, {id, "sealed", span, "epoch"}));
  }
  /// 0, or 1 when there are as many as may be.
  std::int64_t enter(const std::string& id, const std::string& most,
                     const std::string& account = "acc", const std::string& flags = "an") {
    const auto reply = call(Script::kTryLogin, keys(account), arguments(id, most, flags));
    REQUIRE(reply);
    return reply->list.at(0).integer;
  }
  void right(const std::string& id, const std::string& account = "acc",
             const std::string& flags = "an") {
    Words all = arguments(id, "2", flags);
    all.push_back("0");
    REQUIRE(call(Script::kRight, keys(account), all));
  }
  void undo(const std::string& id) {
    Words all = arguments(id, "2", "an");
    all.push_back("0");
    REQUIRE(call(Script::kUndo, keys("acc"), all));
  }

  static Words keys(const std::string& account) {
    return {"nt", account, "name", "lock", "pair", "refused", "exposed"};
  }
  static Words arguments(const std::string& id, const std::string& most, const std::string& flags) {
    return {id, flags, most, "guess", "user", "60000", "0", "0", "0", "60000", "0", "0", "3"};
  }

  Redis redis;
};

TEST_CASE("a user has so many sessions on all machines, those that are asked about included") {
  SessionWorld world;
  world.beat("one");
  world.beat("two");
  CHECK(world.enter("one", "2") == 0);
  CHECK(world.enter("two", "2") == 0);
  CHECK(world.enter("one", "2") == 1);
  world.right("one");
  CHECK(world.enter("one", "2") == 1);
  world.undo("two");
  CHECK(world.enter("two", "2") == 0);
  world.right("two");
  CHECK(world.enter("one", "2") == 1);
  CHECK(world.call(Script::kLeave, {"name"}, {"two"})->integer == 1);
  CHECK(world.enter("one", "2") == 0);
  CHECK(world.enter("one", "0") == 0);  // any number
}

TEST_CASE("with another password one takes nobody's place, until one is in") {
  SessionWorld world;
  world.beat("one");
  CHECK(world.enter("one", "1", "acc") == 0);
  CHECK(world.enter("one", "1", "guess") == 0);
  world.right("one", "acc");
  CHECK(world.enter("one", "1", "other guess") == 1);
}

TEST_CASE("where the backend alone knows the name, the account counts") {
  SessionWorld world;
  world.beat("one");
  CHECK(world.enter("one", "1", "acc", "a") == 0);
  world.right("one", "acc", "a");
  CHECK(world.enter("one", "1", "acc", "a") == 1);
}

TEST_CASE("sessions of a machine that is dead count no more, and again once it lives") {
  SessionWorld world;
  world.beat("one");
  world.beat("two", "150");
  CHECK(world.enter("two", "1") == 0);
  world.right("two");
  CHECK(world.enter("one", "1") == 1);
  world.turn([&] { return world.enter("one", "1") == 0; });
  world.right("one");
  CHECK(world.redis.run({"HEXISTS", "name", "two"}) == "0");
  world.beat("two");
  CHECK(world.call(Script::kDeclare, {"name", "acc"}, {"two", "3", "0"})->integer == 2);
  CHECK(world.enter("one", "5") == 0);
  CHECK(world.enter("one", "5") == 1);
}

TEST_CASE("a machine that ends gives back what it has") {
  SessionWorld world;
  world.beat("one");
  world.beat("two");
  CHECK(world.enter("two", "1") == 0);
  CHECK(world.call(Script::kLeaveForGood, {"n", "nt"}, {"two"})->integer == 1);
  CHECK(world.enter("one", "1") == 0);
  const auto nodes = world.call(Script::kListNodes, {"n", "nt"}, {});
  REQUIRE(nodes);
  CHECK(nodes->list.size() == 3);
}

TEST_CASE("an engine that was emptied is known by its epoch") {
  SessionWorld world;
  CHECK(world.call(Script::kBeat, kNodes, {"one", "x", "60000", "first"})->list[0].text == "first");
  CHECK(world.call(Script::kBeat, kNodes, {"one", "x", "60000", "second"})->list[0].text ==
        "first");
  REQUIRE(world.redis.run({"FLUSHALL"}) == "OK");
  // Functions stand beside what is flushed.
  CHECK(world.call(Script::kBeat, kNodes, {"one", "x", "60000", "third"})->list[0].text == "third");
}

}  // namespace
}  // namespace postern::cluster
