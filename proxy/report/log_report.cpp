// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/log_report.hpp"

#include <algorithm>
#include <utility>

namespace postern::report {
namespace {

std::unique_ptr<Findings> make(Topic topic, const Timeline& timeline, std::size_t max_rows) {
  switch (topic) {
    case Topic::kPlaintext:
      return plaintext_findings(timeline, max_rows);
    case Topic::kTls:
      return tls_findings(timeline, max_rows);
    case Topic::kExposed:
      return exposed_findings(timeline, max_rows);
    case Topic::kDenied:
      return denied_findings(timeline, max_rows);
  }
  std::unreachable();
}

}  // namespace

std::string_view name_of(Topic topic) noexcept {
  switch (topic) {
    case Topic::kPlaintext:
      return "plaintext";
    case Topic::kTls:
      return "tls";
    case Topic::kExposed:
      return "exposed";
    case Topic::kDenied:
      return "denied";
  }
  std::unreachable();
}

std::optional<Topic> topic_named(std::string_view name) noexcept {
  const auto* const found =
      std::ranges::find(kTopics, name, [](Topic topic) { return name_of(topic); });
  if (found == std::end(kTopics)) return std::nullopt;
  return *found;
}

LogReport::LogReport(std::span<const Topic> topics, std::optional<Time> since, std::size_t max_rows)
    : since_(since) {
  for (const Topic topic : topics) findings_.push_back(make(topic, timeline_, max_rows));
}

void LogReport::read(std::string_view text) {
  const auto line = LogLine::parse(text);
  if (!line) {
    ++foreign_;
    return;
  }
  if (since_ && line->time() < *since_) return;
  ++lines_;
  timeline_.note(line->time());
  for (const auto& findings : findings_) findings->take(*line);
}

std::vector<Table> LogReport::tables() const {
  std::vector<Table> tables;
  for (const auto& findings : findings_) {
    for (Table& table : findings->tables()) tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace postern::report
