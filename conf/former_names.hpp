// SPDX-License-Identifier: Apache-2.0
// Keys that once had another name: what a file of an earlier year says is taken for what it means
// now, and told.
#pragma once

#include <span>
#include <string_view>

#include "conf/reading.hpp"
#include "conf/value.hpp"

namespace postern::conf {

/// Both in full, such as "limits.max_sessions". In a list of tables both are of that list, for
/// their values stay with their element.
struct FormerName {
  std::string_view was;
  std::string_view now;
};

/// Those of postern.toml. A name that was given up is never given to another key.
std::span<const FormerName> former_names() noexcept;

/// Puts each such value where it belongs today, with the mark of what was written, and warns of
/// it. Where both names are given it is an error, and the one of today stays.
void take_former_names(Value& root, std::span<const FormerName> names, Report& report);

}  // namespace postern::conf
