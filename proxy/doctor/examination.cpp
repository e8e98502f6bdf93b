// SPDX-License-Identifier: Apache-2.0
#include "proxy/doctor/examination.hpp"

#include <fmt/format.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include "proxy/doctor/backend_findings.hpp"
#include "proxy/doctor/certificate_findings.hpp"
#include "proxy/doctor/checks.hpp"
#include "proxy/doctor/file_findings.hpp"
#include "proxy/doctor/listener_findings.hpp"
#include "proxy/doctor/patient.hpp"
#include "proxy/doctor/process_findings.hpp"
#include "proxy/doctor/system_findings.hpp"
#include "proxy/server/surroundings.hpp"

namespace postern::doctor {
namespace {

// As deploy/systemd has it.
constexpr const char* kUnitUser = "postern";

void append(Findings& all, Findings some) {
  all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
}

std::string place(const std::string& file, const conf::Mark& mark) {
  return mark.line == 0 ? file : fmt::format("{}:{}", file, mark.line);
}

// A diagnostic's text ends with its fix, which is told apart here.
Finding finding_of(const conf::Diagnostic& one, const std::string& file) {
  std::string what = one.text;
  const std::string tail = "; " + one.fix;
  if (!one.fix.empty() && what.ends_with(tail)) what.resize(what.size() - tail.size());
  const bool error = one.severity == conf::Severity::kError;
  const std::string_view unnamed = error ? "configuration" : "configuration-doubt";
  return {.check = one.check.empty() ? std::string(unnamed) : one.check,
          .where = place(file, one.mark),
          .what = std::move(what),
          .fix = one.fix};
}

Findings findings_of(const conf::Diagnostics& diagnostics, const std::string& file) {
  Findings findings;
  findings.reserve(diagnostics.size());
  for (const conf::Diagnostic& one : diagnostics) findings.push_back(finding_of(one, file));
  return findings;
}

// The directory in /proc of what keeps its memory to itself belongs to root; this tells whose it
// is.
std::optional<uid_t> user_of(const std::string& process) {
  std::ifstream file("/proc/" + process + "/status");
  for (std::string line; std::getline(file, line);) {
    constexpr std::string_view kName = "Uid:";
    if (!line.starts_with(kName)) continue;
    std::istringstream words(line.substr(kName.size()));
    uid_t real = 0;
    uid_t effective = 0;
    if (words >> real >> effective) return effective;
  }
  return std::nullopt;
}

// Whoever was named; else the owner of what runs; else whom root becomes, or the unit's user: root
// alone may ask what another one sees.
std::optional<Account> account_for(const Request& request,
                                   const std::optional<std::string>& process,
                                   const std::string& becomes) {
  if (!request.user.empty()) return account_of(request.user);
  if (geteuid() != 0) return std::nullopt;
  const auto runs_as = process ? user_of(*process) : std::nullopt;
  if (runs_as) return account_of(*runs_as);
  return account_of(becomes.empty() ? kUnitUser : becomes);
}

std::vector<std::size_t> indices_of(const conf::Live& live, const std::string& name) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < live.backends.size(); ++i) {
    if (name.empty() || live.backends[i].name == name) indices.push_back(i);
  }
  return indices;
}

Findings look_around(const Patient& patient, const Request& request) {
  Findings findings;
  if (!request.user.empty() && !patient.account) {
    findings.push_back({.check = "system-user",
                        .where = request.user,
                        .what = fmt::format("there is no user {}", request.user)});
  }
  append(findings, certificate_findings(patient));
  append(findings, file_findings(patient));
  append(findings, system_findings(patient));
  append(findings, listener_findings(patient));
  append(findings, process_findings(patient));
  return findings;
}

// Each once, whoever found it.
void drop_copies(Findings& findings) {
  Findings kept;
  kept.reserve(findings.size());
  for (Finding& one : findings) {
    const bool known = std::ranges::find(kept, one) != kept.end();
    if (!known) kept.push_back(std::move(one));
  }
  std::ranges::stable_sort(kept, std::ranges::greater(),
                           [](const Finding& one) { return check_row(one.check).weight; });
  findings = std::move(kept);
}

}  // namespace

std::expected<Examination, Objection> examine(const Request& request) {
  const auto document = conf::read_file(request.config);
  if (!document) {
    return Examination{.verdict = Examination::Verdict::kBadConfiguration,
                       .findings = findings_of(document.error(), request.config)};
  }
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const server::Inspection inspection = server::inspect(*document, now);
  Examination examination{.findings = findings_of(inspection.diagnostics, request.config)};
  if (conf::has_errors(inspection.diagnostics)) {
    examination.verdict = Examination::Verdict::kBadConfiguration;
    return examination;
  }
  const auto backends = indices_of(document->settings.live, request.backend);
  if (backends.empty()) return std::unexpected("there is no backend \"" + request.backend + "\"");
  const auto process = server::server_of(request.config);
  const Patient patient{.document = *document,
                        .inspection = inspection,
                        .now = now,
                        .account = account_for(request, process, document->settings.startup.user),
                        .process = process,
                        .ca_file = request.ca_file};
  if (request.backend.empty()) {
    append(examination.findings, look_around(patient, request));
  } else {
    examination.findings.clear();
  }
  append(examination.findings, backend_findings(patient, backends));
  drop_copies(examination.findings);
  return examination;
}

}  // namespace postern::doctor
