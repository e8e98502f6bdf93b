// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "proxy/cli/configuration.hpp"
#include "proxy/cli/exit_code.hpp"
#include "proxy/cli/verbs.hpp"
#include "proxy/doctor/checks.hpp"
#include "proxy/doctor/doctor_page.hpp"
#include "proxy/doctor/examination.hpp"

namespace postern::cli {
namespace {

struct DoctorOptions {
  doctor::Request request;
  Format format = Format::kText;
};

ExitCode verdict_of(const doctor::Examination& examination) {
  using doctor::Weight;
  if (examination.verdict == doctor::Examination::Verdict::kBadConfiguration) {
    return ExitCode::kConfiguration;
  }
  if (examination.findings.empty()) return ExitCode::kOk;
  const bool errors = std::ranges::any_of(examination.findings, [](const auto& one) {
    return doctor::check_row(one.check).weight == Weight::kError;
  });
  return errors ? ExitCode::kFailure : ExitCode::kWarnings;
}

int run_doctor(const DoctorOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);  // a server that leaves is a finding
  const auto examination = doctor::examine(options.request);
  if (!examination) {
    fmt::print(stderr, "postern: {}\n", examination.error());
    return to_int(ExitCode::kUsage);
  }
  switch (options.format) {
    case Format::kText:
      fmt::print("{}", doctor::page_of(examination->findings));
      break;
    case Format::kJson:
      print_json(doctor::json_of(examination->findings));
      break;
  }
  return to_int(verdict_of(*examination));
}

}  // namespace

void add_doctor(CLI::App& program, int& result) {
  CLI::App* const verb = program.add_subcommand(
      "doctor", "find what is wrong with an installation, and tell what mends it");
  const auto options = std::make_shared<DoctorOptions>();
  add_config_option(*verb, options->request.config);
  add_json_option(*verb, options->format);
  verb->add_option("--backend", options->request.backend, "look at the way to this backend alone")
      ->type_name("NAME");
  verb->add_option("--user", options->request.user,
                   "whom the service runs as (default: as it runs, or the unit's user)")
      ->type_name("NAME");
  verb->add_option("--ca-file", options->request.ca_file,
                   "authorities that clients trust beside those of the system, in PEM")
      ->type_name("FILE");
  verb->callback([options, &result] { result = run_doctor(*options); });
}

}  // namespace postern::cli
