// SPDX-License-Identifier: Apache-2.0
// A report as a whole, ready to be printed: its period, its tables and what must be said besides.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "proxy/report/log_report.hpp"
#include "proxy/report/table_text.hpp"

namespace postern::report {

/// For a terminal. kBrief fits one screen.
std::string page_text(const LogReport& report, Extent extent);

/// One CSV for all tables.
std::string page_csv(const LogReport& report);

/// One document: {"period", "lines", "tables"}.
std::string page_json(const LogReport& report);

/// One sentence for each table that had no room for every row.
std::vector<std::string> page_notes(const LogReport& report);

}  // namespace postern::report
