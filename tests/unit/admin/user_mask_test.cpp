// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/user_mask.hpp"

#include <catch2/catch.hpp>

#include "proxy/admin/log_entry.hpp"

namespace postern::admin {
namespace {

using Catch::Contains;
using conf::LogUser;

std::string line_about(const UserMask& mask) {
  LogEntry entry(conf::LogFormat::kLogfmt, "2026-11-23T15:33:21.042Z", conf::LogLevel::kInfo,
                 "login", &mask);
  entry.add_user("alice").add("mech", "USER");
  return entry.finish("logged in");
}

}  // namespace

TEST_CASE("a user is named as configured, from the next line on") {
  UserMask mask;
  mask.use([](std::string_view name) { return "digest-of-" + std::to_string(name.size()); });
  CHECK_THAT(line_about(mask), Contains(" user=alice mech=USER"));
  mask.use(LogUser::kHash);
  CHECK_THAT(line_about(mask), Contains(" user=digest-of-5 mech=USER"));
  mask.use(LogUser::kNone);
  CHECK_THAT(line_about(mask), Contains("event=login mech=USER"));
  mask.use(LogUser::kPlain);
  CHECK_THAT(line_about(mask), Contains(" user=alice mech=USER"));
}

TEST_CASE("without a key nobody is named, and nobody has no digest") {
  UserMask mask;
  mask.use(LogUser::kHash);
  CHECK_THAT(line_about(mask), Contains("event=login mech=USER"));
  mask.use([](std::string_view) { return std::string("x"); });
  CHECK(mask.shown("").empty());
  CHECK(mask.shown("alice") == "x");
}

}  // namespace postern::admin
