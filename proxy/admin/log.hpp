// SPDX-License-Identifier: Apache-2.0
// What the program has to say, from any thread, and nobody who says it ever waits. Format and level
// can change while running; so can the target.
#pragma once

#include <atomic>
#include <cstdint>
#include <expected>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conf/settings.hpp"
#include "policy/network.hpp"
#include "proxy/admin/line_quota.hpp"
#include "proxy/admin/log_entry.hpp"
#include "proxy/admin/log_writer.hpp"

namespace postern::admin {

class Log {
 public:
  /// Writes to standard error until configured.
  Log();
  /// Writes what is left, as far as it is taken within a moment.
  ~Log() = default;
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// Settings whose target is open, so that taking them on cannot fail.
  struct Ready {
    conf::Log settings;
    std::optional<LogTarget> target;  // empty: the one that is in use
  };

  /// Opens what the settings ask for, or says why it cannot. Changes nothing.
  [[nodiscard]] std::expected<Ready, std::string> open(const conf::Log& settings) const;

  /// Takes them on.
  void use(Ready ready);

  /// What stands for a user where names are digests; before anything is logged about one.
  void name_users_by(UserMask::Digest digest) { mask_.use(std::move(digest)); }

  /// What is one place to the log's quota (LineQuota).
  void count_places_by(const policy::GuessLimits& places);

  /// Opens the file anew under its name, after somebody has moved it away. On failure the old one
  /// stays in use.
  [[nodiscard]] std::expected<void, std::string> reopen();

  bool wants(conf::LogLevel level) const noexcept { return level >= level_.load(); }
  /// Whether a session from there that said nothing is not worth a line.
  bool is_quiet(const policy::IpAddress& address) const;

  /// Whether a line about somebody who has not logged in is to be written: its level is wanted, and
  /// that user, the place and all others have not had too many of late. If they have, it is
  /// counted. At level debug nothing is left out.
  bool grants(const StrangersLine& line);
  /// This user has logged in.
  void know(std::string_view user);
  /// To be called once a minute: begins anew, and writes a line for each kind that was left out.
  void tell_left_out();

  /// Begins a line of now.
  LogEntry entry(conf::LogLevel level, std::string_view event) const;

  /// Hands a line to the writer, if its level is wanted.
  void write(conf::LogLevel level, std::string_view line);

  /// Lines since the start that found no room, or could not be written.
  std::uint64_t lost() const noexcept { return writer_.lost(); }

 private:
  std::string tell_lost(std::uint64_t lines) const;

  std::atomic<conf::LogLevel> level_{conf::LogLevel::kInfo};
  std::atomic<conf::LogFormat> format_{conf::LogFormat::kLogfmt};
  UserMask mask_;
  mutable std::mutex mutex_;  // guards the next two
  std::string target_ = "stderr";
  std::vector<policy::Network> quiet_;
  std::mutex quota_mutex_;  // guards quota_
  LineQuota quota_;
  LogWriter writer_;  // last: its thread asks for the format
};

}  // namespace postern::admin
