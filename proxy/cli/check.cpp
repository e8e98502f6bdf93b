// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "conf/clients.hpp"
#include "conf/reader.hpp"
#include "proxy/cli/configuration.hpp"
#include "proxy/cli/exit_code.hpp"
#include "proxy/cli/verbs.hpp"
#include "proxy/server/control_json.hpp"
#include "proxy/server/inspection.hpp"

namespace postern::cli {
namespace {

enum class Strictness { kErrors, kWarnings };

struct CheckOptions {
  std::string config;
  Strictness strictness = Strictness::kErrors;
  Format format = Format::kText;
  Talk talk = Talk::kResult;
};

struct Counts {
  std::size_t listeners = 0;
  std::size_t backends = 0;
  std::size_t certificates = 0;
};

struct Findings {
  conf::Diagnostics diagnostics;
  Counts counts;
};

Findings find_out(const std::string& path) {
  const auto document = conf::read_file(path);
  if (!document) {
    Findings faults = {.diagnostics = document.error(), .counts = {}};
    if (const auto clients = conf::clients_beside(path); !clients) {
      faults.diagnostics.insert(faults.diagnostics.end(), clients.error().begin(),
                                clients.error().end());
    }
    return faults;
  }
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  server::Inspection inspection = server::inspect(*document, now);
  Findings findings = {.diagnostics = std::move(inspection.diagnostics), .counts = {}};
  const conf::Live& live = document->settings.live;
  findings.counts = {.listeners = live.listeners.size(),
                     .backends = live.backends.size(),
                     .certificates = inspection.certificates.size()};
  return findings;
}

ExitCode judge(const conf::Diagnostics& diagnostics, Strictness strictness) {
  if (conf::has_errors(diagnostics)) return ExitCode::kConfiguration;
  if (diagnostics.empty()) return ExitCode::kOk;
  switch (strictness) {
    case Strictness::kErrors:
      return ExitCode::kOk;
    case Strictness::kWarnings:
      return ExitCode::kWarnings;
  }
  std::unreachable();
}

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

void print_text(const CheckOptions& options, const Findings& findings, ExitCode verdict) {
  if (verdict == ExitCode::kOk && options.talk == Talk::kNothing) return;
  print_diagnostics(findings.diagnostics, options.config);
  if (verdict != ExitCode::kOk) return;
  fmt::print("{}: ok, {}, {}, {}\n", options.config, counted(findings.counts.listeners, "listener"),
             counted(findings.counts.backends, "backend"),
             counted(findings.counts.certificates, "certificate"));
}

void print_for_programs(const CheckOptions& options, const Findings& findings, ExitCode verdict) {
  print_json({{"file", options.config},
              {"ok", verdict == ExitCode::kOk},
              {"listeners", findings.counts.listeners},
              {"backends", findings.counts.backends},
              {"certificates", findings.counts.certificates},
              {"diagnostics", server::to_json(findings.diagnostics)}});
}

int run(const CheckOptions& options) {
  const Findings findings = find_out(options.config);
  const ExitCode verdict = judge(findings.diagnostics, options.strictness);
  switch (options.format) {
    case Format::kText:
      print_text(options, findings, verdict);
      break;
    case Format::kJson:
      print_for_programs(options, findings, verdict);
      break;
  }
  return to_int(verdict);
}

}  // namespace

void add_check(CLI::App& program, int& result) {
  CLI::App* const verb =
      program.add_subcommand("check", "find all that is wrong with a configuration");
  const auto options = std::make_shared<CheckOptions>();
  add_config_option(*verb, options->config);
  add_json_option(*verb, options->format);
  add_quiet_option(*verb, options->talk);
  verb->add_flag_callback(
      "--strict", [options] { options->strictness = Strictness::kWarnings; },
      "warnings are failures");
  verb->callback([options, &result] { result = run(*options); });
}

}  // namespace postern::cli
