// SPDX-License-Identifier: Apache-2.0
#include "proxy/doctor/doctor_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "proxy/doctor/checks.hpp"

namespace postern::doctor {
namespace {

std::string_view word_of(Weight weight) {
  switch (weight) {
    case Weight::kWarning:
      return "warning";
    case Weight::kError:
      return "error";
  }
  std::unreachable();
}

std::string_view fix_of(const Finding& finding, const CheckRow& row) {
  return finding.fix.empty() ? row.fix : std::string_view(finding.fix);
}

std::string counted_findings(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

std::string page_of(const Findings& findings) {
  if (findings.empty()) return "nothing found\n";
  std::string page;
  std::size_t errors = 0;
  for (const Finding& finding : findings) {
    const CheckRow& row = check_row(finding.check);
    if (row.weight == Weight::kError) ++errors;
    page += fmt::format("{}: {}: {} [{}]\n    why: {}\n    fix: {}\n\n", finding.where,
                        word_of(row.weight), finding.what, finding.check, row.why,
                        fix_of(finding, row));
  }
  return page + fmt::format("{}, {}\n", counted_findings(errors, "error"),
                            counted_findings(findings.size() - errors, "warning"));
}

nlohmann::json json_of(const Findings& findings) {
  nlohmann::json list = nlohmann::json::array();
  for (const Finding& finding : findings) {
    const CheckRow& row = check_row(finding.check);
    list.push_back({{"severity", word_of(row.weight)},
                    {"check", finding.check},
                    {"where", finding.where},
                    {"what", finding.what},
                    {"why", row.why},
                    {"fix", fix_of(finding, row)}});
  }
  return {{"findings", std::move(list)}};
}

}  // namespace postern::doctor
