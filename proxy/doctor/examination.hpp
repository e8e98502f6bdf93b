// SPDX-License-Identifier: Apache-2.0
// All of `postern doctor`: what `check` says, and what is found out beside it, in one list.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "proxy/doctor/finding.hpp"

namespace postern::doctor {

struct Request {
  std::string config;
  std::string backend;  // this one alone; all of it where it is empty
  std::string user;     // whom the service runs as; empty: the unit's user, where there is one
  std::string ca_file;  // authorities that clients trust beside the system's
};

struct Examination {
  enum class Verdict { kDone, kBadConfiguration };

  Verdict verdict = Verdict::kDone;
  Findings findings = {};
};

/// Why nothing can be examined: no backend of that name.
using Objection = std::string;

/// Looks at everything; takes as long as the slowest backend, twice at most, and what name servers
/// take.
[[nodiscard]] std::expected<Examination, Objection> examine(const Request& request);

}  // namespace postern::doctor
