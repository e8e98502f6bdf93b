// SPDX-License-Identifier: Apache-2.0
// Walks a TOML tree along the schema: finds what is unknown, what comes too early, what is missing,
// and hands every other value to its field.
#pragma once

#include "conf/reading.hpp"
#include "conf/schema.hpp"
#include "conf/value.hpp"

namespace postern::conf {

/// Reads a document's root table into the settings; faults go to the reading's report.
void decode(const Value& root, const Schema& schema, Reading& reading);

}  // namespace postern::conf
