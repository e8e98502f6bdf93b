// SPDX-License-Identifier: Apache-2.0
// A report on a log: takes its lines one by one, in any order, in bounded memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/report/findings.hpp"

namespace postern::report {

enum class Topic { kPlaintext, kTls, kExposed, kDenied, kClients, kStls, kTrust, kStale, kSilent };

inline constexpr Topic kTopics[] = {Topic::kPlaintext, Topic::kTls,     Topic::kExposed,
                                    Topic::kDenied,    Topic::kClients, Topic::kStls,
                                    Topic::kTrust,     Topic::kStale,   Topic::kSilent};

/// As it is typed: "plaintext", "tls", …
std::string_view name_of(Topic topic) noexcept;
/// All of them in a sentence, the last behind this word.
std::string topic_list(std::string_view conjunction);
std::optional<Topic> topic_named(std::string_view name) noexcept;

class LogReport {
 public:
  /// `since`: earlier lines are not looked at. `max_rows`: for each table; the rest is summed up.
  /// `clients` has the sentences about mail programs.
  explicit LogReport(std::span<const Topic> topics, std::optional<Time> since = std::nullopt,
                     std::size_t max_rows = Tally::kMaxRows, policy::ClientTable clients = {});
  LogReport(const LogReport&) = delete;
  LogReport& operator=(const LogReport&) = delete;

  enum class Kind { kLine, kForeign };

  /// One line without its end, of a log or not, or an object of journalctl's with one in it.
  Kind read(std::string_view line);

  /// Lines that counted.
  std::uint64_t lines() const noexcept { return lines_; }
  /// Lines that are none of the log's.
  std::uint64_t foreign() const noexcept { return foreign_; }
  /// The period from the first to the last line that counted.
  const Timeline& timeline() const noexcept { return timeline_; }

  /// Topic by topic.
  std::vector<Table> tables() const;

 private:
  std::optional<Time> since_;
  policy::ClientTable clients_;
  Timeline timeline_;
  std::vector<std::unique_ptr<Findings>> findings_;
  std::uint64_t lines_ = 0;
  std::uint64_t foreign_ = 0;
};

}  // namespace postern::report
