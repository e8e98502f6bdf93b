// SPDX-License-Identifier: Apache-2.0
#include "policy/user_map.hpp"

#include <catch2/catch.hpp>

namespace postern::policy {
namespace {

const std::vector<std::string> kBackends = {"old", "new"};

UserMap map_of(std::string text) {
  auto map = UserMap::parse(std::move(text), kBackends);
  if (!map) FAIL(map.error().front().line << ": " << map.error().front().text);
  return *std::move(map);
}

std::vector<MapFault> faults_of(std::string text) {
  auto map = UserMap::parse(std::move(text), kBackends);
  return map ? std::vector<MapFault>() : map.error();
}

std::string only_fault(std::string text) {
  const auto faults = faults_of(std::move(text));
  REQUIRE(faults.size() == 1);
  return std::to_string(faults[0].line) + ": " + faults[0].text;
}

std::string found(const UserMap& map, std::string_view user) {
  const auto entry = map.find(user);
  return entry ? kBackends[entry->backend] + "|" + std::string(entry->there) : "-";
}

// Nobody is there twice, and a fourth has a name there.
std::string users(std::size_t count) {
  std::string text;
  text.reserve(count * 48);
  for (std::size_t i = 0; i < count; ++i) {
    text += "user" + std::to_string(i * 7919) + "@customer" + std::to_string(i % 5000) + ".example";
    text += i % 2 == 0 ? " old" : " new";
    if (i % 4 == 0) text += " there" + std::to_string(i);
    text += '\n';
  }
  return text;
}

}  // namespace

TEST_CASE("a map tells the backend, and the name there where it has one") {
  const UserMap map = map_of("ann@example.com old\nbob new rob\n\tcarl\told  carl@there \r\n");
  CHECK(map.size() == 3);
  CHECK(found(map, "ann@example.com") == "old|");
  CHECK(found(map, "bob") == "new|rob");
  CHECK(found(map, "carl") == "old|carl@there");
  CHECK(found(map, "dora") == "-");
  CHECK(found(map, "") == "-");
}

TEST_CASE("a name is looked up exactly") {
  const UserMap map = map_of("Ann old\nann new\n");
  CHECK(found(map, "Ann") == "old|");
  CHECK(found(map, "ann") == "new|");
  CHECK(found(map, "ANN") == "-");
  CHECK(found(map, "an") == "-");
  CHECK(found(map, "ann ") == "-");
}

TEST_CASE("comments, blank lines, a byte order mark and no last line end") {
  const UserMap map = map_of(
      "\xEF\xBB\xBF"
      "ann old\n# all of them\n\n  \n  # bob old\n"
      "dora new # moved\r\nemil old emil#2");
  CHECK(map.size() == 3);
  CHECK(found(map, "ann") == "old|");
  CHECK(found(map, "bob") == "-");
  CHECK(found(map, "dora") == "new|");
  CHECK(found(map, "emil") == "old|emil#2");
}

TEST_CASE("a map may be empty") {
  for (const char* const text : {"", "\n", "# nobody yet\n"}) {
    const UserMap map = map_of(text);
    CHECK(map.size() == 0);
    CHECK(found(map, "ann") == "-");
  }
  CHECK(found(UserMap(), "ann") == "-");
}

TEST_CASE("what is wrong with a line is told with its number") {
  CHECK(only_fault("ann old\nbob\n") == "2: there is no backend behind \"bob\"");
  CHECK(only_fault("# x\nann odl\n") == "2: there is no backend \"odl\"");
  CHECK(only_fault("ann old a b\n") == "1: \"b\" is a fourth column; there are three at most");
  CHECK(only_fault("ann old\n\nbob new\nann new\n") == "4: \"ann\" is already in line 1");
  CHECK(only_fault("a\x01 old\n") == "1: a name holds control characters");
  CHECK(only_fault(std::string("ann old b\0b\n", 12)) == "1: a name holds control characters");
  CHECK(only_fault(std::string(256, 'a') + " old\n") == "1: a name has more than 255 bytes");
  CHECK(only_fault("ann old " + std::string(256, 'b')) == "1: a name has more than 255 bytes");
  CHECK(only_fault("ann o\x1B[2J\n") == "1: there is no backend \"o?[2J\"");
  CHECK(faults_of(std::string(255, 'a') + " old " + std::string(255, 'b')).empty());
}

TEST_CASE("all faults are told, up to some") {
  CHECK(faults_of("a x\nb old\nc y\n") ==
        std::vector<MapFault>{{1, "there is no backend \"x\""}, {3, "there is no backend \"y\""}});
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "a" + std::to_string(i) + " nowhere\n";
  CHECK(faults_of(text).size() == UserMap::kMostFaults);
}

TEST_CASE("a map has its bounds") {
  CHECK(only_fault(std::string(UserMap::kMostBytes + 1, '\n')) == "0: is larger than 64 MiB");
  const auto many = [](std::string_view line) {
    std::string text;
    text.reserve((UserMap::kMostUsers + 1) * line.size());
    for (std::size_t i = 0; i <= UserMap::kMostUsers; ++i) text += line;
    return text;
  };
  CHECK(only_fault(many("a old\n")) == "0: has more than 4000000 users");
  CHECK(map_of(many("#\n")).size() == 0);
}

TEST_CASE("every user of a large map is found, and what it occupies is bounded") {
  constexpr std::size_t kCount = 50'000;
  const std::string text = users(kCount);
  const UserMap map = map_of(text);
  CHECK(map.size() == kCount);
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    const std::string_view user = line.substr(0, line.find(' '));
    const auto entry = map.find(user);
    if (!entry || kBackends[entry->backend] != line.substr(user.size() + 1, 3)) FAIL(line);
  }
  // Eight bytes a place, of which between a quarter and half are in use.
  CHECK(map.bytes() >= text.size() + 8 * 2 * kCount);
  CHECK(map.bytes() <= kCount * 48 + 8 * 4 * kCount);
}

}  // namespace postern::policy
