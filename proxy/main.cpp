// The program: a list of verbs.
#include <CLI/CLI.hpp>

#include "proxy/cli/check.hpp"
#include "proxy/cli/config.hpp"
#include "proxy/cli/demo.hpp"
#include "proxy/cli/exit_code.hpp"
#include "proxy/cli/report.hpp"
#include "proxy/cli/run.hpp"
#include "proxy/cli/version.hpp"

int main(int argc, char** argv) {
  using namespace postern::cli;
  CLI::App program("postern: a TLS door in front of an old POP3 server", "postern");
  program.require_subcommand(1);
  int result = to_int(ExitCode::kOk);
  add_run(program, result);
  add_demo(program, result);
  add_check(program, result);
  add_config(program, result);
  add_report(program, result);
  add_version(program, result);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked_for_help = error.get_exit_code() == 0;
    program.exit(error);
    return asked_for_help ? to_int(ExitCode::kOk) : to_int(ExitCode::kUsage);
  }
  return result;
}
