// SPDX-License-Identifier: Apache-2.0
// What a report is about, and what it finds in the lines of a log. One file a topic.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/report/log_line.hpp"
#include "proxy/report/report_table.hpp"
#include "proxy/report/tally.hpp"

namespace postern::report {

class Findings {
 public:
  Findings() = default;
  virtual ~Findings() = default;
  Findings(const Findings&) = delete;
  Findings& operator=(const Findings&) = delete;

  /// Counts the line where it belongs. The timeline must have noted its time. Lines may come in
  /// any order, files of a rotated log too.
  virtual void take(const LogLine& line) = 0;

  /// What was found up to now; the details last.
  virtual std::vector<Table> tables() const = 0;
};

// The timeline must outlive what is made. `max_rows` holds for each tally.

/// `plaintext`: who logs in without TLS, or tries to, and would break if it were forbidden.
std::unique_ptr<Findings> plaintext_findings(const Timeline& timeline, std::size_t max_rows);

/// `tls`: sessions by TLS version and cipher; `tls_below`: who uses less than TLS 1.2, or was
/// refused for what they use.
std::unique_ptr<Findings> tls_findings(const Timeline& timeline, std::size_t max_rows);

/// `exposed`: whose password was seen in clear, and whether it is still used.
std::unique_ptr<Findings> exposed_findings(const Timeline& timeline, std::size_t max_rows);

/// `denied`: who was refused, by rule and reason.
std::unique_ptr<Findings> denied_findings(const Timeline& timeline, std::size_t max_rows);

// What several of them ask a line.

/// Whether the line is about a link without TLS.
bool is_clear(const LogLine& line) noexcept;

/// Whether it is the line of a session that got through its login.
bool is_logged_in(const LogLine& line) noexcept;

/// "refused", "would be refused", "password exposed", "logged in"; empty for other lines.
std::string_view outcome_of(const LogLine& line) noexcept;

/// How many lines it stands for: one that sums up tells it as `suppressed`.
std::uint64_t times_of(const LogLine& line) noexcept;

/// The network of the client's address; empty when the line has none.
std::string client_network(const LogLine& line);

}  // namespace postern::report
