// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/places.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <list>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/loop/wire.hpp"

namespace postern::upstream {
namespace {

/// Those who wait on one loop, and in which order they were given a place.
struct Line {
  net::Loop loop;
  Places places;
  std::string given;
  std::list<Place> held;
  std::list<std::pair<char, std::unique_ptr<PlaceWait>>> waits;

  PlaceWait& join(char name, Precedence precedence = Precedence::kLogin) {
    auto& wait = waits.emplace_back(name, nullptr).second;
    wait = std::make_unique<PlaceWait>(loop, places, precedence, [this, name, &wait] {
      Place place = wait->take();
      if (!place) return;
      given += name;
      held.push_back(std::move(place));
    });
    return *wait;
  }
  void leave(char name) {
    std::erase_if(waits, [&](const auto& one) { return one.first == name; });
  }
  void until(const std::string& expected) {
    net::turn_until(loop, [&] { return given == expected; });
  }
};

}  // namespace

TEST_CASE("as many places are handed out as there are, and one that is given back is free") {
  Places places;
  places.allow(2);
  Place first = places.take();
  const Place second = places.take();
  CHECK(first);
  CHECK(second);
  CHECK_FALSE(places.take());
  CHECK(places.taken() == 2);
  first.release();
  CHECK_FALSE(first);
  CHECK(places.taken() == 1);
  first.release();
  CHECK(places.taken() == 1);
  CHECK(places.take());
}

TEST_CASE("a place goes where it is moved to") {
  Places places;
  places.allow(1);
  Place place = places.take();
  Place other = std::move(place);
  CHECK(places.taken() == 1);
  place = std::move(other);
  CHECK(place);
  CHECK(places.taken() == 1);
  place = Place();
  CHECK(places.taken() == 0);
}

TEST_CASE("without a limit everybody has a place, and is counted for the limit that comes") {
  Places places;
  std::list<Place> held;
  for (int i = 0; i < 100; ++i) held.push_back(places.take());
  CHECK(places.taken() == 100);
  places.allow(50);
  CHECK_FALSE(places.take());
  for (int i = 0; i < 51; ++i) held.pop_back();
  CHECK(places.take());
}

TEST_CASE("places go to those who wait, in the order in which they came") {
  Line line;
  line.places.allow(2);
  Place first = line.places.take();
  Place second = line.places.take();
  line.join('a');
  line.join('b');
  line.join('c');
  CHECK(line.places.waiting() == 3);
  first.release();
  CHECK_FALSE(line.places.take());  // nobody overtakes
  line.until("a");
  CHECK(line.places.taken() == 2);
  second.release();
  line.held.clear();
  line.until("abc");
  CHECK(line.places.taken() == 2);
  CHECK(line.places.waiting() == 0);
}

TEST_CASE("a check goes before all logins") {
  Line line;
  line.places.allow(1);
  Place taken = line.places.take();
  line.join('a');
  line.join('b');
  line.join('!', Precedence::kCheck);
  taken.release();
  line.until("!");
  line.held.clear();
  line.until("!a");
}

TEST_CASE("who leaves the line is passed over, and what it was given goes on") {
  Line line;
  line.places.allow(1);
  Place taken = line.places.take();
  line.join('a');
  line.join('b');
  line.join('c');
  line.leave('a');
  CHECK(line.places.waiting() == 2);
  taken.release();
  line.leave('b');  // it was given the place, and has not heard of it
  line.until("c");
  line.held.clear();
  CHECK(line.places.taken() == 0);
}

TEST_CASE("what was given and never taken is given back") {
  Line line;
  line.places.allow(1);
  Place taken = line.places.take();
  line.join('a');
  taken.release();
  CHECK(line.places.taken() == 1);
  line.leave('a');
  CHECK(line.places.taken() == 0);
}

TEST_CASE("a higher limit lets in those who wait, and a lower one nobody for a while") {
  Line line;
  line.places.allow(1);
  Place taken = line.places.take();
  line.join('a');
  line.join('b');
  line.join('c');
  line.places.allow(3);
  line.until("ab");
  CHECK(line.places.waiting() == 1);
  line.places.allow(1);
  taken.release();
  line.held.pop_front();
  CHECK(line.places.taken() == 1);
  CHECK(line.places.waiting() == 1);
  line.held.clear();
  line.until("abc");
  line.join('d');
  line.join('e');
  line.places.allow(0);
  line.until("abcde");
}

TEST_CASE("who comes to the line when there is room again is given a place") {
  Line line;
  line.places.allow(1);
  line.join('a');
  line.until("a");
}

TEST_CASE("so many may wait, and the next one is turned away; a check is not") {
  Line line;
  line.places.allow(1);
  Place taken = line.places.take();
  for (std::size_t i = 0; i < Places::kMostWaiting; ++i) {
    CHECK_FALSE(line.join('a').is_turned_away());
  }
  PlaceWait& late = line.join('z');
  CHECK(late.is_turned_away());
  CHECK_FALSE(line.join('!', Precedence::kCheck).is_turned_away());
  CHECK(line.places.waiting() == Places::kMostWaiting + 1);
  line.leave('a');
  taken.release();
  line.until("!");
  line.held.clear();
  CHECK_FALSE(late.take());
}

TEST_CASE("a place that its holder can do without is asked for when somebody waits") {
  Line line;
  line.places.allow(2);
  std::string asked;
  std::unique_ptr<SparePlace> first;
  std::unique_ptr<SparePlace> second;
  const auto spare = [&](std::unique_ptr<SparePlace>& one, char name) {
    one = std::make_unique<SparePlace>(line.loop, line.places.take(), [&asked, &one, name] {
      asked += name;
      one->give_back();
    });
  };
  spare(first, '1');
  spare(second, '2');
  line.join('a');
  line.until("a");
  CHECK(asked.size() == 1);  // and the other one is left alone
  CHECK(line.places.taken() == 2);
  line.join('b');
  line.until("ab");
  CHECK(asked.size() == 2);
  CHECK(line.places.taken() == 2);
  first.reset();
  second.reset();
  CHECK(line.places.taken() == 2);
}

TEST_CASE("a place that was asked for, and is needed by its holder, is asked for elsewhere") {
  Line line;
  line.places.allow(2);
  bool asked = false;
  SparePlace other(line.loop, line.places.take(), [&] { other.give_back(); });
  SparePlace needed(line.loop, line.places.take(), [&] { asked = true; });
  line.join('a');
  const Place mine = needed.take();  // before it has heard that it was asked for
  CHECK(mine);
  line.until("a");
  CHECK(line.places.taken() == 2);
  CHECK_FALSE(needed.take());
  needed.give_back();
  CHECK(line.places.taken() == 2);
  CHECK(asked);
}

TEST_CASE("who comes with a spare place while others wait is asked at once") {
  Line line;
  line.places.allow(1);
  Place taken = line.places.take();
  line.join('a');
  SparePlace spare(line.loop, std::move(taken), [&] { spare.give_back(); });
  line.until("a");
  CHECK(line.places.taken() == 1);
}

TEST_CASE("a spare place that goes unasked is free") {
  Line line;
  line.places.allow(1);
  {
    const SparePlace spare(line.loop, line.places.take(), [] {});
  }
  CHECK(line.places.take());
  line.join('a');
  line.until("a");
}

TEST_CASE("several threads are never more than there are places for, and nobody is forgotten") {
  constexpr unsigned kThreads = 4;
  constexpr int kVisits = 2'000;
  constexpr int kMost = 3;
  Places places;
  places.allow(kMost);
  std::atomic<int> inside{0};
  std::atomic<int> too_many{0};
  const auto visit = [&](Place place) {
    if (++inside > kMost) ++too_many;
    std::this_thread::yield();
    --inside;
    place.release();
  };
  const auto go = [&](unsigned number) {
    net::Loop loop;
    for (int i = 0; i < kVisits; ++i) {
      if (Place place = places.take()) {
        SparePlace spare(loop, std::move(place), [] {});
        if (i % 3 == 0) std::this_thread::yield();
        place = i % 5 == 0 ? Place() : spare.take();
        if (place) visit(std::move(place));
        continue;
      }
      Place given;
      std::unique_ptr<PlaceWait> wait;
      wait = std::make_unique<PlaceWait>(loop, places, Precedence::kLogin, [&] {
        given = wait->take();
        if (given) loop.stop();
      });
      if ((static_cast<unsigned>(i) + number) % 7 == 0) continue;  // goes again at once
      loop.run();
      wait.reset();
      visit(std::move(given));
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < kThreads; ++i) threads.emplace_back(go, i);
  for (std::thread& thread : threads) thread.join();
  CHECK(too_many == 0);
  CHECK(places.taken() == 0);
  CHECK(places.waiting() == 0);
}

}  // namespace postern::upstream
