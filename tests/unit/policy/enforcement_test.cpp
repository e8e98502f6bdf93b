// SPDX-License-Identifier: Apache-2.0
#include "policy/enforcement.hpp"

#include <catch2/catch.hpp>

namespace postern::policy {

using std::chrono::seconds;

TEST_CASE("a rule is enforced from its moment on, and only reports before") {
  const Moment begin{seconds(1000)};
  const Enforcement enforcement = Enforcement::from(begin);
  CHECK(enforcement.at(begin - seconds(1)) == Mode::kReportOnly);
  CHECK(enforcement.at(begin) == Mode::kEnforce);
  CHECK(enforcement.at(begin + seconds(1)) == Mode::kEnforce);
  CHECK(enforcement.start() == begin);
}

TEST_CASE("always and never do not depend on the clock") {
  for (const Moment now : {Moment::min(), Moment{}, Moment::max()}) {
    CHECK(Enforcement::always().at(now) == Mode::kEnforce);
    CHECK(Enforcement::never().at(now) == Mode::kReportOnly);
  }
}

TEST_CASE("modes have the configuration's names") {
  CHECK(name_of(Mode::kEnforce) == "enforce");
  CHECK(name_of(Mode::kReportOnly) == "report-only");
}

}  // namespace postern::policy
