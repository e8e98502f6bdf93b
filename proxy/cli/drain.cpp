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

struct DrainOptions {
  ControlOptions control;
  bool wait = false;
};

void print_text(const json& reply) {
  const auto seconds = reply.value("seconds_at_most", std::int64_t{0});
  const std::string limit =
      seconds == 0 ? std::string("as long as it takes") : fmt::format("at most {} s", seconds);
  fmt::print("process {} accepts nothing more and waits for {} sessions, {}\n",
             reply.value("pid", std::int64_t{0}), reply.value("sessions", 0U), limit);
  std::fflush(stdout);
}

// Looks every second until the process has ended, and says so when fewer are left.
int wait_for_end(admin::ControlCall& call, std::uint32_t left, const ControlOptions& options) {
  const bool tells = options.talk == Talk::kResult;
  while (!call.wait_for_end(std::chrono::seconds(1))) {
    const auto reply = call.ask(R"({"verb":"drain"})", std::chrono::seconds(10));
    if (!reply) break;  // it has ended in between
    const json told = json::parse(*reply, nullptr, false);
    if (!told.is_object()) continue;
    const auto now = told.value("sessions", left);
    if (now != left && tells && options.format == Format::kText) {
      fmt::print("{} sessions left\n", now);
      std::fflush(stdout);
    }
    left = now;
  }
  if (!call.wait_for_end(std::chrono::seconds(30))) return to_int(ExitCode::kFailure);
  if (!tells) return to_int(ExitCode::kOk);
  switch (options.format) {
    case Format::kText:
      fmt::print("the process has ended\n");
      break;
    case Format::kJson:
      print_json({{"ok", true}, {"ended", true}, {"sessions", 0}});
      break;
  }
  return to_int(ExitCode::kOk);
}

int drain(const DrainOptions& options) {
  auto call = reach(options.control);
  if (!call) return to_int(ExitCode::kFailure);
  const auto reply = ask(*call, {{"verb", "drain"}});
  if (!reply) return to_int(ExitCode::kFailure);
  const Format format = options.control.format;
  if (!reply->value("ok", false)) return to_int(tell_failure(*reply, format));
  const bool tells = options.control.talk == Talk::kResult;
  switch (format) {
    case Format::kText:
      if (tells) print_text(*reply);
      break;
    case Format::kJson:
      if (!options.wait) print_json(*reply);
      break;
  }
  if (!options.wait) return to_int(ExitCode::kOk);
  return wait_for_end(*call, reply->value("sessions", 0U), options.control);
}

}  // namespace

void add_drain(CLI::App& program, int& result) {
  CLI::App* const verb = program.add_subcommand(
      "drain", "have the running process accept nothing more and end with its last session");
  const auto options = std::make_shared<DrainOptions>();
  add_control_options(*verb, options->control);
  add_quiet_option(*verb, options->control.talk);
  verb->add_flag("--wait", options->wait, "wait until it has ended, and say how many are left");
  verb->callback([options, &result] { result = drain(*options); });
}

}  // namespace postern::cli
