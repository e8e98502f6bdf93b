// SPDX-License-Identifier: Apache-2.0
// An engine that does what no real one would.
#include <fcntl.h>

#include "tests/cluster/engine_world.hpp"

namespace postern::cluster {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kMaster = "+OK\r\n*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n";

/// Says one thing to each connection as soon as it has heard something, and another one later.
class FalseEngine {
 public:
  explicit FalseEngine(std::string_view first) : first_(first) {}

  EngineAddress address() const {
    return {"127.0.0.1", net::Address::of_socket(listening_.get())->port()};
  }
  void serve() {
    while (true) {
      net::Descriptor fresh(
          accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
      if (!fresh.valid()) break;
      ++connections;
      line_ = std::move(fresh);
      heard.clear();
    }
    std::array<char, 4096> buffer;
    const ssize_t count =
        line_.valid() ? ::recv(line_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT) : -1;
    if (count <= 0) return;
    if (heard.empty()) say(first_);
    heard.append(buffer.data(), static_cast<std::size_t>(count));
  }
  void say(std::string_view text) const {
    static_cast<void>(::send(line_.get(), text.data(), text.size(), MSG_NOSIGNAL));
  }
  void hang_up() { line_.reset(); }

  int connections = 0;
  std::string heard;

 private:
  std::string first_;
  net::Descriptor listening_ =
      net::open_listening_socket(*net::Address::parse("127.0.0.1", 0)).value();
  net::Descriptor line_;
};

struct FalseWorld {
  explicit FalseWorld(std::string_view first) : engine(first) {
    world.beside = [this] { engine.serve(); };
    world.use({engine.address()});
  }
  std::string why_down() {
    world.turn([this] { return world.times_down() != 0; });
    return world.told.back();
  }

  FalseEngine engine;
  EngineWorld world;
};

TEST_CASE("what is no engine is told as such, and asked again later") {
  const std::string_view said =
      GENERATE(as<std::string_view>(), "HTTP/1.1 400 Bad Request\r\n\r\n", "+OK\r\n+OK\r\n",
               "+OK\r\n:1\r\n", "+OK\r\n*0\r\n", "+OK\r\n*1\r\n*0\r\n", "+OK\r\n*1000000000\r\n");
  FalseWorld line(said);
  const std::string why = line.why_down();
  CHECK((why.ends_with("it does not answer as a Redis does") ||
         why.ends_with("it does not say what it is")));
  line.world.turn([&] { return line.engine.connections > 2; });
  CHECK(line.world.told.size() == 1);
}

TEST_CASE("an engine that takes the connection and says nothing has its time") {
  FalseWorld line("");
  CHECK_THAT(line.why_down(), Catch::EndsWith("timed out"));
}

TEST_CASE("one that is loading, or has lost its own master, is asked again") {
  FalseWorld line("+OK\r\n-LOADING Redis is loading the dataset in memory\r\n");
  CHECK_THAT(line.why_down(), Catch::EndsWith("LOADING Redis is loading the dataset in memory"));
}

TEST_CASE("one that answers what was not asked is not believed") {
  FalseWorld line(kMaster);
  line.world.come_up();
  Outcome outcome;
  line.world.ask({"PING"}, outcome);
  line.engine.say("+PONG\r\n+PONG\r\n");
  line.world.turn([&] { return outcome.over; });
  CHECK(outcome.reply->text == "PONG");
  CHECK_THAT(line.why_down(), Catch::EndsWith("it answers what was not asked"));
}

TEST_CASE("half an answer is none, and whoever waits is told") {
  FalseWorld line(kMaster);
  line.world.come_up();
  Outcome outcome;
  line.world.ask({"GET", "a"}, outcome);
  line.engine.say("$100\r\nhalf");
  line.engine.hang_up();
  line.world.turn([&] { return outcome.over; });
  CHECK_FALSE(outcome.reply);
  CHECK_THAT(line.why_down(), Catch::Contains("closed"));
}

TEST_CASE("an answer without end is cut off") {
  FalseWorld line(kMaster);
  line.world.come_up();
  Outcome outcome;
  line.world.ask({"GET", "a"}, outcome);
  line.engine.say("$900000000\r\n");
  const std::string block(64 * 1024, 'x');
  line.world.beside = [&] {
    line.engine.say(block);
    line.engine.serve();
  };
  line.world.turn([&] { return outcome.over; });
  CHECK_FALSE(outcome.reply);
}

TEST_CASE("one that goes round in circles is left in the end") {
  FalseWorld line("");
  const std::string port = std::to_string(line.engine.address().port);
  FalseWorld circle("+OK\r\n*5\r\n$5\r\nslave\r\n$9\r\n127.0.0.1\r\n:" + port +
                    "\r\n$9\r\nconnected\r\n:0\r\n");
  circle.world.beside = [&] {
    circle.engine.serve();
    line.engine.serve();
  };
  CHECK_THAT(circle.why_down(), Catch::EndsWith("timed out"));
}

TEST_CASE("one that lets nobody listen is away") {
  // The first connection is the one for commands.
  EngineWorld world("events");
  FalseEngine engine(std::string(kMaster) + "-NOPERM no channel\r\n");
  world.beside = [&] { engine.serve(); };
  world.use({engine.address()});
  world.turn([&] { return world.times_down() == 1; });
  CHECK_THAT(world.told.back(), Catch::Contains("it answers what was not asked") ||
                                    Catch::Contains("it lets nobody listen"));
}

}  // namespace
}  // namespace postern::cluster
