// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "conf/words.hpp"
#include "proxy/cli/configuration.hpp"
#include "proxy/cli/exit_code.hpp"
#include "proxy/cli/ready_file.hpp"
#include "proxy/cli/verbs.hpp"
#include "proxy/confinement/launcher.hpp"
#include "proxy/keys/keeper.hpp"
#include "proxy/server/process.hpp"
#include "proxy/server/sandbox.hpp"
#include "proxy/server/service_user.hpp"
#include "proxy/server/succession.hpp"
#include "proxy/server/supervisor.hpp"

namespace postern::cli {
namespace {

struct RunOptions {
  std::string config;
  std::string ready_file;
};

nlohmann::json describe(const server::Changes& started) {
  nlohmann::json listeners = nlohmann::json::array();
  for (const server::Listening& one : started.listening) {
    listeners.push_back({{"name", one.listener},
                         {"address", one.address.ip()},
                         {"port", one.address.port()},
                         {"tls", conf::word_for(one.tls)}});
  }
  nlohmann::json ready = {{"pid", getpid()}, {"listeners", std::move(listeners)}};
  if (const auto& metrics = started.metrics) {
    ready["metrics"] = {{"address", metrics->ip()}, {"port", metrics->port()}};
  }
  return ready;
}

ExitCode code_for(server::Refusal::Cause cause) noexcept {
  switch (cause) {
    case server::Refusal::Cause::kConfiguration:
      return ExitCode::kConfiguration;
    case server::Refusal::Cause::kSystem:
    case server::Refusal::Cause::kStopping:
      return ExitCode::kFailure;
  }
  std::unreachable();
}

// A path may lead to another file by then, so it is kept as it was typed.
net::Program program_again(const Arguments& arguments) {
  std::string file = arguments.front();
  if (file.contains('/')) file = std::filesystem::absolute(file);
  return {.file = std::move(file), .arguments = arguments};
}

ExitCode failed(const std::string& why) {
  fmt::print(stderr, "postern: {}\n", why);
  return ExitCode::kFailure;
}

ExitCode run(const RunOptions& options, const Arguments& arguments) {
  server::hold_standard_streams();
  server::prepare_process();
  if (const auto fault = server::become_service_user(options.config); !fault.empty()) {
    return failed(fault);
  }
  // While there is no thread, no loop and nothing open that it must not have.
  auto keeper = keys::Keeper::start();
  if (!keeper) return failed(keeper.error());
  auto launcher =
      confinement::Launcher::start(program_again(arguments), server::environment_for_heir());
  if (!launcher) return failed(launcher.error());
  // All that is forked is there, and no thread yet.
  server::Sandbox sandbox = server::enter_sandbox(options.config, options.ready_file);
  std::vector<std::string> complaints;
  server::Birth birth{.keeper = *std::move(keeper),
                      .sockets = server::take_passed_sockets(complaints),
                      .predecessor = server::Predecessor::from_environment(),
                      .launcher = *std::move(launcher),
                      .sandbox = std::move(sandbox)};
  for (const std::string& complaint : complaints) fmt::print(stderr, "postern: {}\n", complaint);
  server::Supervisor supervisor(options.config, server::HangUp::kReloads, std::move(birth));
  const auto started = supervisor.start();
  if (!started) {
    print_diagnostics(started.error().diagnostics, options.config);
    return code_for(started.error().cause);
  }
  if (!write_ready_file(options.ready_file, describe(*started))) {
    fmt::print(stderr, "postern: {}: {}\n", options.ready_file,
               std::generic_category().message(errno));
  }
  supervisor.run();
  return supervisor.has_failed() ? ExitCode::kFailure : ExitCode::kOk;
}

}  // namespace

void add_run(CLI::App& program, int& result, const Arguments& arguments) {
  CLI::App* const verb =
      program.add_subcommand("run", "serve in the foreground until told to stop");
  const auto options = std::make_shared<RunOptions>();
  add_config_option(*verb, options->config);
  verb->add_option("--ready-file", options->ready_file,
                   "write process id and listeners to this file, as JSON, when up")
      ->type_name("FILE");
  verb->callback([options, &result, &arguments] { result = to_int(run(*options, arguments)); });
}

}  // namespace postern::cli
