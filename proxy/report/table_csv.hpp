// SPDX-License-Identifier: Apache-2.0
// Tables for a spreadsheet.
#pragma once

#include <span>
#include <string>

#include "proxy/report/report_table.hpp"

namespace postern::report {

/// One CSV (RFC 4180) of all of them: the first column names the table, then come the columns of
/// every table; what a table does not have is empty. A text that a spreadsheet would take for a
/// formula gets an apostrophe before it.
std::string table_csv(std::span<const Table> tables);

}  // namespace postern::report
