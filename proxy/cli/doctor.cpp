// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/cli/configuration.hpp"
#include "proxy/cli/exit_code.hpp"
#include "proxy/cli/paint.hpp"
#include "proxy/cli/password.hpp"
#include "proxy/cli/verbs.hpp"
#include "proxy/doctor/checks.hpp"
#include "proxy/doctor/doctor_page.hpp"
#include "proxy/doctor/examination.hpp"
#include "proxy/doctor/mailbox_move.hpp"
#include "proxy/pop3/sasl.hpp"

namespace postern::cli {
namespace {

struct DoctorOptions {
  doctor::Request request;
  std::vector<std::string> servers;  // to be compared
  Format format = Format::kText;
  Talk talk = Talk::kResult;
};

ExitCode verdict_on(const doctor::Findings& findings) {
  using doctor::Weight;
  if (findings.empty()) return ExitCode::kOk;
  const bool errors = std::ranges::any_of(findings, [](const auto& one) {
    return doctor::check_row(one.check).weight == Weight::kError;
  });
  return errors ? ExitCode::kFailure : ExitCode::kWarnings;
}

ExitCode verdict_of(const doctor::Examination& examination) {
  if (examination.verdict == doctor::Examination::Verdict::kBadConfiguration) {
    return ExitCode::kConfiguration;
  }
  return verdict_on(examination.findings);
}

int refuse(std::string_view why) {
  fmt::print(stderr, "postern: {}\n", why);
  return to_int(ExitCode::kUsage);
}

int run_compare(const DoctorOptions& options) {
  const std::string& user = options.request.user;
  if (user.empty()) return refuse("--compare needs --user, whose mailbox it is");
  if (!pop3::is_speakable_user(user)) return refuse("no server could be told this user's name");
  auto password = ask_password(fmt::format("Password of {}", user));
  if (!password) return refuse(password.error());
  const doctor::Move move{.config = options.request.config,
                          .before = options.servers[0],
                          .after = options.servers[1],
                          .ca_file = options.request.ca_file};
  const auto compared = doctor::compare_servers(move, {user, *std::move(password)});
  if (!compared) return refuse(compared.error());
  switch (options.format) {
    case Format::kText:
      if (options.talk == Talk::kNothing && compared->findings.empty()) break;
      fmt::print("{}: {} messages\n{}: {} messages\n\n{}", move.before, compared->before,
                 move.after, compared->after,
                 painted(doctor::page_of(compared->findings), Stream::kOutput));
      break;
    case Format::kJson:
      print_json(doctor::json_of(compared->findings));
      break;
  }
  return to_int(verdict_on(compared->findings));
}

int run_doctor(const DoctorOptions& options) {
  if (!options.servers.empty()) return run_compare(options);
  const auto examination = doctor::examine(options.request);
  if (!examination) return refuse(examination.error());
  switch (options.format) {
    case Format::kText:
      if (options.talk == Talk::kNothing && examination->findings.empty()) break;
      fmt::print("{}", painted(doctor::page_of(examination->findings), Stream::kOutput));
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
  add_quiet_option(*verb, options->talk);
  verb->add_option("--backend", options->request.backend, "look at the way to this backend alone")
      ->type_name("NAME");
  verb->add_option("--user", options->request.user,
                   "whom the service runs as (default: as it runs, or the unit's user); with "
                   "--compare, whose mailbox it is")
      ->type_name("NAME");
  verb->add_option("--ca-file", options->request.ca_file,
                   "authorities that clients trust beside those of the system, in PEM")
      ->type_name("FILE");
  verb->add_option(
          "--compare", options->servers,
          "look into a mailbox on two servers instead, before it is moved: a backend's name "
          "or HOST:PORT; asks for the password")
      ->type_name("OLD NEW")
      ->expected(2);
  verb->callback([options, &result] { result = run_doctor(*options); });
}

}  // namespace postern::cli
