#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <system_error>

#include "proxy/cli/configuration.hpp"
#include "proxy/cli/exit_code.hpp"
#include "proxy/cli/ready_file.hpp"
#include "proxy/cli/verbs.hpp"
#include "proxy/server/process.hpp"
#include "proxy/server/supervisor.hpp"

namespace postern::cli {
namespace {

struct RunOptions {
  std::string config;
  std::string ready_file;
};

std::string_view word_for(conf::ListenerTls tls) noexcept {
  switch (tls) {
    case conf::ListenerTls::kImplicit:
      return "implicit";
    case conf::ListenerTls::kStls:
      return "stls";
    case conf::ListenerTls::kNone:
      return "none";
  }
  __builtin_unreachable();
}

nlohmann::json describe(const conf::Live& settings, const std::vector<server::Door>& doors) {
  nlohmann::json listeners = nlohmann::json::array();
  for (const server::Door& door : doors) {
    const conf::Listener& listener = settings.listeners[door.listener];
    listeners.push_back({{"name", listener.name},
                         {"address", door.address.ip()},
                         {"port", door.address.port()},
                         {"tls", word_for(listener.tls)}});
  }
  return {{"pid", getpid()}, {"listeners", std::move(listeners)}};
}

ExitCode run(const RunOptions& options) {
  server::hold_standard_streams();
  server::Supervisor supervisor(
      options.config, [&](const conf::Live& settings, const std::vector<server::Door>& doors) {
        if (!write_ready_file(options.ready_file, describe(settings, doors))) {
          std::fprintf(stderr, "postern: %s: %s\n", options.ready_file.c_str(),
                       std::generic_category().message(errno).c_str());
        }
      });
  switch (supervisor.run()) {
    case server::Outcome::kStopped:
      return ExitCode::kOk;
    case server::Outcome::kFailed:
      return ExitCode::kFailure;
    case server::Outcome::kBadConfiguration:
      return ExitCode::kConfiguration;
  }
  __builtin_unreachable();
}

}  // namespace

void add_run(CLI::App& program, int& result) {
  CLI::App* const verb =
      program.add_subcommand("run", "serve in the foreground until told to stop");
  const auto options = std::make_shared<RunOptions>();
  add_config_option(*verb, options->config);
  verb->add_option("--ready-file", options->ready_file,
                   "write process id and listeners to this file, as JSON, when up")
      ->type_name("FILE");
  verb->callback([options, &result] { result = to_int(run(*options)); });
}

}  // namespace postern::cli
