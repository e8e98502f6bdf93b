// SPDX-License-Identifier: Apache-2.0
// From a TOML value to a setting and back, by the kind of its key.
#pragma once

#include <optional>
#include <string>

#include "conf/reading.hpp"
#include "conf/schema.hpp"
#include "conf/value.hpp"

namespace postern::conf {

/// One key found in the file. `path` is its name with indexes, "listener[0].name".
struct Found {
  const Key& key;
  const Value& value;
  Target target;
  std::string path;
};

/// Puts the value into the settings and its place into the reading, or reports every reason why it
/// cannot be. Not for keys that are lists or unsupported.
void read_field(const Found& found, Reading& reading);

/// A key's value as TOML; empty for a value that nobody has set and that has no default.
std::optional<std::string> print_field(const Key& key, Target target);

}  // namespace postern::conf
