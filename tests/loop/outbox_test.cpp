// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "tests/loop/wire.hpp"

namespace postern::net {
namespace {

// A stream whose other end tells what has come.
class Line {
 public:
  explicit Line(Loop& loop) : stream_(std::make_unique<Stream>(loop, notes_)) {
    REQUIRE(stream_->adopt(std::move(wire_.near)) == 0);
  }

  Stream* operator->() { return stream_.get(); }
  void destroy() { stream_.reset(); }

  /// Since it was last asked; waits for so many bytes, ten seconds at most.
  std::string heard(std::size_t awaited) {
    std::string all = heard();
    pollfd waiting{wire_.far.get(), POLLIN, 0};
    while (all.size() < awaited && poll(&waiting, 1, 10'000) == 1 && !over_) all += heard();
    return all;
  }

  /// The same of what is there now.
  std::string heard() {
    std::string all;
    std::array<char, 4'096> part{};
    ssize_t count = 0;
    while ((count = ::recv(wire_.far.get(), part.data(), part.size(), MSG_DONTWAIT)) > 0) {
      all.append(part.data(), static_cast<std::size_t>(count));
    }
    over_ = count == 0;
    return all;
  }

  /// Whether heard() has come to the end of the connection.
  bool over() const { return over_; }

 private:
  Notes notes_;
  Wire wire_;
  bool over_ = false;
  std::unique_ptr<Stream> stream_;
};

// Calls it in a turn of the loop, before the loop looks for events, and ends the turn.
void in_a_turn(Loop& loop, Callback callback) {
  Timer timer(loop, std::move(callback));
  timer.start(std::chrono::milliseconds(0));
  loop.run();
}

TEST_CASE("what streams send in a turn leaves at its end, each in its order") {
  Loop loop;
  Line one(loop);
  Line two(loop);
  in_a_turn(loop, [&] {
    one->send("USER ");
    two->send("+OK\r\n");
    one->send("alice\r\n");
    CHECK(one.heard().empty());
    CHECK(two.heard().empty());
    CHECK_FALSE(one->pending());
  });
  CHECK(one.heard(12) == "USER alice\r\n");
  CHECK(two.heard(5) == "+OK\r\n");
}

TEST_CASE("much leaves at once, behind the little that was sent before") {
  Loop loop;
  Line line(loop);
  const std::string body(20'000, 'x');
  in_a_turn(loop, [&] {
    line->send("+OK\r\n");
    line->send(body);
    CHECK(line.heard(body.size() + 5) == "+OK\r\n" + body);
    line->send(".\r\n");
    CHECK(line.heard().empty());
  });
  CHECK(line.heard(3) == ".\r\n");
}

TEST_CASE("more than the outbox holds comes in order") {
  Loop loop;
  Line line(loop);
  std::string all;
  std::string heard;
  in_a_turn(loop, [&] {
    for (char c = 'a'; c <= 'o'; ++c) {
      const std::string part(7'000, c);
      line->send(part);
      heard += line.heard();
      all += part;
    }
  });
  turn_until(loop, [&] { return (heard += line.heard()).size() >= all.size(); });
  CHECK(heard == all);
}

TEST_CASE("a stream that closes, ends or dies loses nothing that was sent in the turn") {
  Loop loop;
  Line line(loop);
  const auto end_by = [&](const auto& end) {
    in_a_turn(loop, [&] {
      line->send("+OK bye\r\n");
      end();
    });
  };
  SECTION("close") {
    end_by([&] { line->close(); });
  }
  SECTION("finish") {
    end_by([&] { line->finish(); });
  }
  SECTION("destruction") {
    end_by([&] { line.destroy(); });
  }
  CHECK(line.heard(10) == "+OK bye\r\n");  // one more: the end
  CHECK(line.over());
}

}  // namespace
}  // namespace postern::net
