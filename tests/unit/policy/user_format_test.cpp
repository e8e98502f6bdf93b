// SPDX-License-Identifier: Apache-2.0
#include "policy/user_format.hpp"

#include <catch2/catch.hpp>

namespace postern::policy {
namespace {

std::string told(std::string_view format, std::string_view user) {
  return UserFormat::parse(format).value().apply(user);
}

std::string fault(std::string_view format) {
  const auto parsed = UserFormat::parse(format);
  return parsed ? "" : parsed.error();
}

}  // namespace

TEST_CASE("a name is taken apart at a slash of either kind, or at the first @") {
  const auto parts = [](std::string_view user) {
    const NameParts found = parts_of(user);
    return std::string(found.name) + "|" + std::string(found.domain);
  };
  CHECK(parts("ann") == "ann|");
  CHECK(parts("ann@example.com") == "ann|example.com");
  CHECK(parts("ann@b@c") == "ann|b@c");
  CHECK(parts("CORP\\ann") == "ann|CORP");
  CHECK(parts("CORP/ann") == "ann|CORP");
  CHECK(parts("CORP\\ann@example.com") == "ann|CORP");
  CHECK(parts("ann@x/y") == "ann|x/y");
  CHECK(parts("ann @ example.com") == "ann|example.com");
}

TEST_CASE("a name of which nothing would be left is taken as a whole") {
  for (const std::string_view user : {"@example.com", "CORP\\", "\\", "@", "/ @x", ""}) {
    CHECK(parts_of(user).name == user);
    CHECK(parts_of(user).domain.empty());
  }
  CHECK(parts_of("\\ann").name == "ann");
  CHECK(parts_of("ann@").name == "ann");
}

TEST_CASE("a format has the name as typed, its parts, and both in lower case") {
  CHECK(told("%u", "Ann@Example.COM") == "Ann@Example.COM");
  CHECK(told("%n", "Ann@Example.COM") == "Ann");
  CHECK(told("%n@%d", "Ann@Example.COM") == "Ann@Example.COM");
  CHECK(told("%ln@%ld", "Ann@Example.COM") == "ann@example.com");
  CHECK(told("%lu", "CORP\\Ann") == "corp\\ann");
  CHECK(told("CORP\\%n", "ann@example.com") == "CORP\\ann");
  CHECK(told("%d\\%n", "ann@example.com") == "example.com\\ann");
  CHECK(told("%n@%d", "CORP\\ann") == "ann@CORP");
  CHECK(told("%n%%%d", "ann@example.com") == "ann%example.com");
  CHECK(told("%ln", "\xC3\x84NNE") == "\xC3\x84nne");
}

TEST_CASE("without a domain, %d and the text beside it are left out") {
  CHECK(told("%n@%d", "ann") == "ann");
  CHECK(told("%n@%d.old", "ann") == "ann");
  CHECK(told("%d\\%n", "ann") == "ann");
  CHECK(told("%ln@%ld", "Ann") == "ann");
  CHECK(told("CORP\\%n@%d", "ann") == "CORP\\ann");
  CHECK(told("%n%%%d", "ann") == "ann");
}

TEST_CASE("what a format may not be") {
  CHECK(fault("") == "must not be empty");
  CHECK(fault("%x") == "may hold %u, %n, %d, %lu, %ln, %ld and %% only");
  CHECK(fault("%u%") == "may hold %u, %n, %d, %lu, %ln, %ld and %% only");
  CHECK(fault("%l") == "may hold %u, %n, %d, %lu, %ln, %ld and %% only");
  CHECK(fault("%l%") == "may hold %u, %n, %d, %lu, %ln, %ld and %% only");
  CHECK(fault("%d") == "must hold %u or %n, or all users would be told as one");
  CHECK(fault("postmaster") == "must hold %u or %n, or all users would be told as one");
  CHECK(fault("%%n") == "must hold %u or %n, or all users would be told as one");
  CHECK(fault("%n%n%n%n%n") == "must not hold more than four of %u, %n and %d");
  CHECK(fault("%n\r\nDELE 1") == "must not hold control characters");
  CHECK(fault(std::string_view("%n\0", 3)) == "must not hold control characters");
  CHECK(fault(" %n") == "must not begin or end with a blank");
  CHECK(fault("%n ") == "must not begin or end with a blank");
  CHECK(fault(std::string(254, 'x') + "%n") == "must have at most 255 bytes, not 256");
  CHECK(fault("%n@%d") == "");
  CHECK(fault("%n%n%n%n") == "");
  CHECK(fault(std::string(253, 'x') + "%n") == "");
}

TEST_CASE("no format makes of a good name one that is none") {
  for (const std::string_view format : {"%u", "%n", "%n@%d", "%d\\%n", "%ld %ln", "x%n"}) {
    for (const std::string_view user :
         {"ann", "@", "a@ b", "a @b", "x\\ y", "/ /", "a@", "\\ @ /"}) {
      const std::string name = told(format, user);
      CHECK_FALSE(name.empty());
      CHECK_FALSE(name.starts_with(' '));
      CHECK_FALSE(name.ends_with(' '));
    }
  }
}

TEST_CASE("without a format a name is told as typed") {
  CHECK(UserFormat().is_as_typed());
  CHECK(UserFormat().apply("CORP\\Ann") == "CORP\\Ann");
  CHECK_FALSE(UserFormat::parse("%u")->is_as_typed());
}

}  // namespace postern::policy
