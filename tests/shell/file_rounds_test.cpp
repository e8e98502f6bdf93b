// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/file_rounds.hpp"

#include <catch2/catch.hpp>
#include <utility>

#include "tests/shell/place.hpp"

namespace postern::server {
namespace {

using std::chrono::milliseconds;
using Rest = FileFollower::Rest;

// Follows one file, and ends the loop after so many looks.
class CountingFollower final : public FileFollower {
 public:
  CountingFollower(net::Loop& loop, std::string path) : loop_(loop), path_(std::move(path)) {}

  void list(std::vector<std::string>& paths) const override { paths.push_back(path_); }
  Rest look() override {
    if (++looks == enough) loop_.stop();
    return std::exchange(next, Rest::kAtRest);
  }

  int looks = 0;
  int enough = 0;
  Rest next = Rest::kAtRest;

 private:
  net::Loop& loop_;
  std::string path_;
};

struct RoundsWorld {
  Place place;
  net::Loop loop;
  CountingFollower follower{loop, place.file("cert.pem")};
  FileRounds rounds{loop, {&follower}, [](const std::string& why) { FAIL(why); }};

  void run_until(int looks) {
    follower.enough = looks;
    loop.run();
    CHECK(follower.looks == looks);
  }
};

}  // namespace

TEST_CASE("files are looked at in each interval, even if nothing is heard of") {
  RoundsWorld world;
  world.rounds.begin(milliseconds(1));
  CHECK(world.follower.looks == 1);
  world.run_until(5);
}

TEST_CASE("a change is looked at soon, and what moves once more") {
  RoundsWorld world;
  world.rounds.begin(milliseconds(0));
  CHECK(world.follower.looks == 1);
  world.follower.next = Rest::kMoving;
  world.place.write("cert.pem", "changed");
  world.run_until(3);
}

TEST_CASE("without an interval nothing but a change is looked at") {
  RoundsWorld world;
  world.rounds.begin(milliseconds(0));
  net::Timer later(world.loop, [&world] { world.loop.stop(); });
  later.start(milliseconds(200));
  world.loop.run();
  CHECK(world.follower.looks == 1);
  world.place.write("cert.pem", "changed");
  world.run_until(2);
}

}  // namespace postern::server
