// SPDX-License-Identifier: Apache-2.0
#include "policy/bounded_table.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <random>

namespace postern::policy {
namespace {

struct Coin {
  int value;
};

constexpr auto kValue = [](const Coin& coin) { return coin.value; };
using Table = BoundedTable<Coin>;

}  // namespace

TEST_CASE("a table finds what was put in, and what was taken out no more") {
  Table table(64);
  CHECK(table.find(7) == nullptr);
  table.claim(7, kValue).value = 70;
  table.claim(0, kValue).value = 100;
  REQUIRE(table.find(7) != nullptr);
  CHECK(table.find(7)->value == 70);
  CHECK(table.find(0)->value == 100);
  CHECK(table.claim(7, kValue).value == 70);
  CHECK(table.size() == 2);
  table.erase(7);
  table.erase(8);
  CHECK(table.find(7) == nullptr);
  CHECK(table.size() == 1);
  CHECK(table.claim(7, kValue).value == 0);
  table.clear();
  CHECK(table.size() == 0);
  CHECK(table.find(0) == nullptr);
}

TEST_CASE("in a full set the least valuable gives way") {
  Table table(1);
  REQUIRE(table.capacity() == Table::kWays);
  for (int i = 0; i < 8; ++i) table.claim(static_cast<unsigned>(i) + 1, kValue).value = 10 + i % 7;
  CHECK(table.evictions() == 0);
  table.claim(4, kValue).value = 5;
  Coin& fresh = table.claim(100, kValue);
  CHECK(fresh.value == 0);
  fresh.value = 99;
  CHECK(table.find(4) == nullptr);
  CHECK(table.size() == 8);
  CHECK(table.evictions() == 1);
  CHECK(table.find(100)->value == 99);
}

TEST_CASE("capacity is rounded up to a power of two") {
  CHECK(Table(0).capacity() == 8);
  CHECK(Table(9).capacity() == 16);
  CHECK(Table(1000).capacity() == 1024);
  CHECK(Table(1024).capacity() == 1024);
  CHECK(Table(1024).bytes() == 1024 * 16);
}

TEST_CASE("a table grows before anybody has to go") {
  Table table(64);
  // One set of the whole table, and each but the last step of growing leaves them together.
  for (std::uint64_t i = 1; i <= Table::kWays; ++i) table.claim(i * 8, kValue).value = 10;
  table.claim(4, kValue).value = 4;
  for (std::uint64_t i = 1; i <= Table::kWays; ++i) {
    REQUIRE(table.find(i * 8) != nullptr);
    CHECK(table.find(i * 8)->value == 10);
  }
  CHECK(table.evictions() == 0);
  CHECK(table.size() == Table::kWays + 1);
  table.claim(72, kValue).value = 11;
  CHECK(table.evictions() == 1);
  CHECK(table.find(4)->value == 4);
}

TEST_CASE("a table agrees with a map as long as nothing is evicted") {
  Table table(4096);
  std::map<std::uint64_t, int> model;
  std::mt19937_64 random(7);  // NOLINT(bugprone-random-generator-seed): the same every time
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t key = (random() % 300) * 0x9e3779b97f4a7c15U;
    if (random() % 3 == 0) {
      table.erase(key);
      model.erase(key);
    } else {
      table.claim(key, kValue).value = i;
      model[key] = i;
    }
  }
  REQUIRE(table.evictions() == 0);
  CHECK(table.size() == model.size());
  for (const auto& [key, value] : model) {
    REQUIRE(table.find(key) != nullptr);
    CHECK(table.find(key)->value == value);
  }
}

}  // namespace postern::policy
