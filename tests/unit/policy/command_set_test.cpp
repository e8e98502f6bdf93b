// SPDX-License-Identifier: Apache-2.0
#include "policy/command_set.hpp"

#include <catch2/catch.hpp>

namespace postern::policy {

TEST_CASE("a set holds what was put into it") {
  CommandSet set;
  CHECK_FALSE(set.contains(Command::kRetr));
  set.add(Command::kRetr);
  CHECK(set.contains(Command::kRetr));
  CHECK_FALSE(set.contains(Command::kStat));
  CHECK(set == CommandSet{Command::kRetr});
  CHECK(set != CommandSet{Command::kLang});
}

TEST_CASE("what is allowed by default, and what read-only takes away") {
  for (std::size_t i = 0; i < kCommandCount; ++i) {
    const auto command = static_cast<Command>(i);
    INFO(name_of(command));
    const bool extension = command == Command::kUtf8 || command == Command::kLang;
    CHECK(kStandardCommands.contains(command) == !extension);
    CHECK(kReadOnlyCommands.contains(command) == (!extension && command != Command::kDele));
  }
}

TEST_CASE("names of commands") {
  CHECK(name_of(Command::kStat) == "STAT");
  CHECK(name_of(Command::kQuit) == "QUIT");
  CHECK(name_of(Command::kLang) == "LANG");
}

}  // namespace postern::policy
