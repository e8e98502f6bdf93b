// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/log_report.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "proxy/report/journal_line.hpp"

namespace postern::report {
namespace {

std::unique_ptr<Findings> make(Topic topic, const Timeline& timeline, std::size_t max_rows,
                               const policy::ClientTable& clients) {
  switch (topic) {
    case Topic::kPlaintext:
      return plaintext_findings(timeline, max_rows, clients);
    case Topic::kTls:
      return tls_findings(timeline, max_rows);
    case Topic::kExposed:
      return exposed_findings(timeline, max_rows);
    case Topic::kDenied:
      return denied_findings(timeline, max_rows);
    case Topic::kClients:
      return clients_findings(timeline, max_rows, clients);
    case Topic::kStls:
      return stls_findings(timeline, max_rows);
    case Topic::kTrust:
      return trust_findings(timeline, max_rows);
    case Topic::kStale:
      return stale_findings(timeline, max_rows);
    case Topic::kSilent:
      return silent_findings(timeline, max_rows);
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
    case Topic::kClients:
      return "clients";
    case Topic::kStls:
      return "stls";
    case Topic::kTrust:
      return "trust";
    case Topic::kStale:
      return "stale";
    case Topic::kSilent:
      return "silent";
  }
  std::unreachable();
}

std::string topic_list(std::string_view conjunction) {
  std::string list;
  for (const Topic topic : kTopics) {
    if (topic == std::end(kTopics)[-1]) {
      list.append(" ").append(conjunction).append(" ");
    } else if (!list.empty()) {
      list += ", ";
    }
    list += name_of(topic);
  }
  return list;
}

std::optional<Topic> topic_named(std::string_view name) noexcept {
  const auto* const found =
      std::ranges::find(kTopics, name, [](Topic topic) { return name_of(topic); });
  if (found == std::end(kTopics)) return std::nullopt;
  return *found;
}

LogReport::LogReport(std::span<const Topic> topics, std::optional<Time> since, std::size_t max_rows,
                     policy::ClientTable clients)
    : since_(since), clients_(std::move(clients)) {
  for (const Topic topic : topics) findings_.push_back(make(topic, timeline_, max_rows, clients_));
}

LogReport::Kind LogReport::read(std::string_view text) {
  const auto message = journal_message(text);
  const auto line = LogLine::parse(message ? std::string_view(*message) : text);
  if (!line) {
    ++foreign_;
    return Kind::kForeign;
  }
  if (since_ && line->time() < *since_) return Kind::kLine;
  ++lines_;
  timeline_.note(line->time());
  for (const auto& findings : findings_) findings->take(*line);
  return Kind::kLine;
}

std::vector<Table> LogReport::tables() const {
  std::vector<Table> tables;
  for (const auto& findings : findings_) {
    for (Table& table : findings->tables()) tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace postern::report
