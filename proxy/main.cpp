// The program: a list of verbs.
#include <CLI/CLI.hpp>

#include "proxy/cli/check.hpp"
#include "proxy/cli/config.hpp"
#include "proxy/cli/demo.hpp"
#include "proxy/cli/exit_code.hpp"
#include "proxy/cli/explain.hpp"
#include "proxy/cli/report.hpp"
#include "proxy/cli/run.hpp"
#include "proxy/cli/version.hpp"
#include "proxy/server/process.hpp"

int main(int argc, char** argv) {
  namespace cli = postern::cli;
  postern::server::keep_secrets_in();
  CLI::App program("postern: a TLS door in front of an old POP3 server", "postern");
  program.require_subcommand(1);
  int result = cli::to_int(cli::ExitCode::kOk);
  cli::add_run(program, result);
  cli::add_demo(program, result);
  cli::add_check(program, result);
  cli::add_config(program, result);
  cli::add_explain(program, result);
  cli::add_report(program, result);
  cli::add_version(program, result);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked_for_help = error.get_exit_code() == 0;
    program.exit(error);
    return asked_for_help ? cli::to_int(cli::ExitCode::kOk) : cli::to_int(cli::ExitCode::kUsage);
  }
  return result;
}
