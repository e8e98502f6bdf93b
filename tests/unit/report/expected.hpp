// SPDX-License-Identifier: Apache-2.0
// What a report on a made-up week must say, worked out from what happened and not from the log: no
// code of the report's is used.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/unit/report/week.hpp"

namespace postern::report {

struct Expected {
  std::uint64_t count = 0;
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  Time first{};
  Time last{};
  friend bool operator==(const Expected&, const Expected&) = default;
};

/// By the words of the key, in the order of the table's columns.
using ExpectedRows = std::map<std::vector<std::string>, Expected>;

ExpectedRows expected_plaintext(const std::vector<Happening>& week, Time middle);
ExpectedRows expected_tls(const std::vector<Happening>& week, Time middle);
ExpectedRows expected_tls_below(const std::vector<Happening>& week, Time middle);
ExpectedRows expected_exposed(const std::vector<Happening>& week, Time middle);
ExpectedRows expected_denied(const std::vector<Happening>& week, Time middle);

/// Users whose exposed password was used again, with the last time.
std::map<std::string, Time> expected_still_used(const std::vector<Happening>& week);

}  // namespace postern::report
