// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/address_book.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace postern::upstream {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kNow{1'000};

std::string address(const std::string& ip) { return ip + ":110"; }

}  // namespace

TEST_CASE("an address is the same one as long as anybody keeps it") {
  AddressBook book;
  const auto one = book.find(address("10.0.0.1"));
  CHECK(book.find(address("10.0.0.1")) == one);
  CHECK(book.find(address("10.0.0.2")) != one);
  for (int i = 0; i < 1'000; ++i) {
    book.find(address("10.1." + std::to_string(i / 250) + "." + std::to_string(i % 250)));
  }
  CHECK(book.size() <= 257);
  CHECK(book.find(address("10.0.0.1")) == one);
}

TEST_CASE("many may count and learn at once") {
  AddressBook book;
  std::vector<std::thread> workers;
  for (int i = 0; i < 4; ++i) {
    workers.emplace_back([&book] {
      for (int turn = 0; turn < 500; ++turn) {
        const auto state = book.find(address("10.0.0.1"));
        Hold hold(state);
        const Trying trying(state);
        state->note_failure(milliseconds(turn), {});
        state->note_greeting(kNow, milliseconds(1), {});
        static_cast<void>(state->trust(milliseconds(turn)));
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  CHECK(book.find(address("10.0.0.1"))->connections() == 0);
}

TEST_CASE("an outage is told once, and how long it was") {
  AddressBook book;
  const auto state = book.find(address("10.0.0.1"));
  CHECK_FALSE(state->note_failure(kNow, {}));
  CHECK_FALSE(state->note_failure(kNow, {}));
  CHECK(state->note_failure(kNow, {}) == 3U);
  CHECK_FALSE(state->note_failure(kNow, {}));
  CHECK(state->is_down());
  CHECK_FALSE(state->note_greeting(kNow + milliseconds(4'000), milliseconds(1), {}));
  CHECK(state->note_greeting(kNow + milliseconds(5'000), milliseconds(1), {}) ==
        milliseconds(5'000));
  CHECK_FALSE(state->is_down());
}

TEST_CASE("a backend is down when all its addresses are, and all that its names have") {
  AddressBook book;
  const std::vector<conf::Endpoint> endpoints = {{"10.0.0.1", 110}, {"mail.lan", 110}};
  const auto fell = [&book](const std::string& text) {
    for (int i = 0; i < 3; ++i) book.find(text)->note_failure(kNow, {});
  };
  CHECK_FALSE(book.all_down(endpoints));
  fell("10.0.0.1:110");
  CHECK_FALSE(book.all_down(endpoints));
  CHECK(book.call("mail.lan:110", {book.find("10.0.0.2:110"), book.find("10.0.0.3:110")}));
  CHECK_FALSE(book.call("mail.lan:110", {book.find("10.0.0.2:110"), book.find("10.0.0.3:110")}));
  fell("10.0.0.2:110");
  CHECK_FALSE(book.all_down(endpoints));
  fell("10.0.0.3:110");
  CHECK(book.all_down(endpoints));
  CHECK(book.retry_at(endpoints) > kNow);
  CHECK(book.call("mail.lan:110", {book.find("10.0.0.4:110")}));
  CHECK_FALSE(book.all_down(endpoints));
  fell("mail.lan:110");
  CHECK(book.all_down(endpoints));
}

TEST_CASE("the head start follows what is usual, within bounds") {
  AddressBook book;
  const auto state = book.find(address("10.0.0.1"));
  CHECK(state->head_start() == milliseconds(250));
  state->note_greeting(kNow, milliseconds(400), {});
  CHECK(state->head_start() == milliseconds(800));
  state->note_greeting(kNow, milliseconds(400'000), {});
  CHECK(state->head_start() == milliseconds(2'000));
  for (int i = 0; i < 200; ++i) state->note_greeting(kNow, milliseconds(2), {});
  CHECK(state->head_start() == milliseconds(250));
}

}  // namespace postern::upstream
