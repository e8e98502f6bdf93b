// SPDX-License-Identifier: Apache-2.0
// One `[[policy.exception]]`: for whom other rules hold, and which. A value; it is immutable once
// it is among the rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/before_tls.hpp"
#include "policy/enforcement.hpp"
#include "policy/level.hpp"
#include "policy/network.hpp"
#include "policy/verdict.hpp"

namespace postern::policy {

/// Whether an exception is meant.
enum class Match : std::uint8_t {
  kNo,
  kMaybe,  // it depends on the user, who is not known yet
  kYes,
};

struct Exception {
  std::vector<Network> networks = {};   // empty: from everywhere
  std::vector<std::string> users = {};  // empty: everybody; "*" stands for any characters
  std::optional<Level> login = {};      // what it does not say is as without it
  std::optional<Link> floor = {};
  std::optional<Enforcement> enforcement = {};
  std::optional<StlsListing> stls = {};
  Moment expires = Moment::max();  // from then on it is ignored
  std::string login_rule = {};     // the keys' full names, for verdicts
  std::string floor_rule = {};
  std::string mode_rule = {};
  std::string stls_rule = {};

  Match match(const Facts& facts) const noexcept;

  bool operator==(const Exception&) const = default;
};

/// Whether a name fits a pattern, in any case of ASCII letters; "*" stands for any characters.
bool fits(std::string_view pattern, std::string_view name) noexcept;

}  // namespace postern::policy
