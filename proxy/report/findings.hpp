// SPDX-License-Identifier: Apache-2.0
// What a report is about, and what it finds in the lines of a log. One file a topic.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policy/client_table.hpp"
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

// The timeline, and the table of mail programs, must outlive what is made. `max_rows` holds for
// each tally.

/// `plaintext`: who logs in without TLS, or tries to, and would break if it were forbidden; with
/// which program, and what is to be changed in it.
std::unique_ptr<Findings> plaintext_findings(const Timeline& timeline, std::size_t max_rows,
                                             const policy::ClientTable& clients);

/// `clients`: which programs there are, by TLS version, and what is to be changed in those that do
/// not get along; `clients_unknown`: what the others look like.
std::unique_ptr<Findings> clients_findings(const Timeline& timeline, std::size_t max_rows,
                                           const policy::ClientTable& clients);

/// `tls`: sessions by TLS version and cipher; `tls_below`: who uses less than TLS 1.2, or was
/// refused for what they use.
std::unique_ptr<Findings> tls_findings(const Timeline& timeline, std::size_t max_rows);

/// `exposed`: whose password was seen in clear, and whether it is still used.
std::unique_ptr<Findings> exposed_findings(const Timeline& timeline, std::size_t max_rows);

/// `denied`: who was refused, by rule and reason; `strict`: who was turned away because it speaks
/// TLS or POP3 otherwise.
std::unique_ptr<Findings> denied_findings(const Timeline& timeline, std::size_t max_rows);

/// `stls`: who asks for STLS and does not come to a login behind it.
std::unique_ptr<Findings> stls_findings(const Timeline& timeline, std::size_t max_rows);

/// `trust`: who does not take the certificate: for certain, by an alert, or likely.
std::unique_ptr<Findings> trust_findings(const Timeline& timeline, std::size_t max_rows);

/// `stale`: who polls with an old password.
std::unique_ptr<Findings> stale_findings(const Timeline& timeline, std::size_t max_rows);

/// `silent`: who leaves before it has said enough for a login, by the last command.
std::unique_ptr<Findings> silent_findings(const Timeline& timeline, std::size_t max_rows);

// What several of them ask a line.

/// Whether the line is about a link without TLS.
bool is_clear(const LogLine& line) noexcept;

/// Whether it is the line of a session that got through its login.
bool is_logged_in(const LogLine& line) noexcept;

/// "refused", "would be refused", "password exposed", "logged in"; empty for other lines.
std::string_view outcome_of(const LogLine& line) noexcept;

/// How many lines it stands for: one that sums up tells it as `suppressed`.
std::uint64_t times_of(const LogLine& line) noexcept;

/// The client's address; empty when the line has none.
std::string_view client_address(const LogLine& line) noexcept;

/// Whether it is the end of a session that never came to a login that anybody judged.
bool is_without_login(const LogLine& line) noexcept;

/// Whether the client left by itself, over TLS, without a command behind the handshake.
bool left_behind_handshake(const LogLine& line) noexcept;

/// Whether it is the line of a client that left in the middle of the handshake, when it had seen
/// the certificate.
bool left_at_certificate(const LogLine& line) noexcept;

/// Whether an alert, in the words of the log, is about the certificate.
bool is_distrust(std::string_view alert) noexcept;

}  // namespace postern::report
