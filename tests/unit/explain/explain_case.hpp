// SPDX-License-Identifier: Apache-2.0
// One of the cases that `explain` is asked about, and what the documentation says of it: written
// from the documentation, without a look at the code that decides.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/level.hpp"
#include "policy/link.hpp"
#include "policy/mechanism.hpp"

namespace postern::explain {

/// The one exception of a configuration: whom it is for, and what it says.
struct Exempt {
  std::string_view toml;  // empty: there is none
  bool fits = true;       // network, listener and date
  std::string_view only_listener = {};
  std::string_view only_user = {};
  std::string_view level = {};
  policy::Link floor = policy::Link::kPlaintext;  // kPlaintext: says nothing
  enum { kNothing, kReports, kEnforces } mode = kNothing;
};

struct Way {
  std::string_view toml;
  bool reports = false;
};

struct Door {
  std::string_view name;
  bool implicit = false;
  std::string_view level = {};                    // its own
  policy::Link floor = policy::Link::kPlaintext;  // its own
};

struct Case {
  std::string_view level;  // policy.login
  Door door;
  policy::Link link = policy::Link::kPlaintext;
  policy::Mechanism mechanism = policy::Mechanism::kUser;
  Exempt exempt;
  Way way;
  std::string_view user;  // empty: nobody is named
};

struct Expected {
  std::string decision = "allow";
  std::string reason = {};
  std::string rule = {};
  std::string reply = "+OK logged in";
  std::string event = {};
  std::vector<std::string> backend = {};

  bool operator==(const Expected&) const = default;
};

inline constexpr policy::Link kFloor = policy::Link::kTls12;  // tls.min_version
inline constexpr std::string_view kAdvice = "-ERR [SYS/PERM] TLS is required: ask the help desk.";

/// Whether policy.mechanisms lists it.
bool is_offered(policy::Mechanism mechanism);

Expected expected_of(const Case& one);

}  // namespace postern::explain
