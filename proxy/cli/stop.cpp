// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "proxy/cli/control.hpp"
#include "proxy/cli/verbs.hpp"

namespace postern::cli {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds kEnd{30};  // what is left of the log is written, and the state

int stop(const ControlOptions& options) {
  auto call = reach(options);
  if (!call) return to_int(ExitCode::kFailure);
  const auto reply = ask(*call, {{"verb", "stop"}});
  if (!reply) return to_int(ExitCode::kFailure);
  if (!reply->value("ok", false)) return to_int(tell_failure(*reply, options.format));
  if (!call->wait_for_end(kEnd)) {
    fmt::print(stderr, "postern: process {} has not ended after {} seconds\n",
               reply->value("pid", std::int64_t{0}), kEnd.count());
    return to_int(ExitCode::kFailure);
  }
  if (options.talk == Talk::kNothing) return to_int(ExitCode::kOk);
  switch (options.format) {
    case Format::kText:
      fmt::print("process {} has ended, and {} sessions with it\n",
                 reply->value("pid", std::int64_t{0}), reply->value("sessions", 0U));
      break;
    case Format::kJson:
      print_json(*reply);
      break;
  }
  return to_int(ExitCode::kOk);
}

}  // namespace

void add_stop(CLI::App& program, int& result) {
  CLI::App* const verb = program.add_subcommand("stop", "end the running process and all sessions");
  const auto options = std::make_shared<ControlOptions>();
  add_control_options(*verb, *options);
  add_quiet_option(*verb, options->talk);
  verb->callback([options, &result] { result = stop(*options); });
}

}  // namespace postern::cli
