// SPDX-License-Identifier: Apache-2.0
// Tables for a program.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "proxy/report/report_table.hpp"

namespace postern::report {

/// A list of objects, one a row, with the columns' names; the keys keep their order. What is not
/// known is null; times are as in the log; a trend is {"before", "after"}.
nlohmann::ordered_json table_json(const Table& table);

}  // namespace postern::report
