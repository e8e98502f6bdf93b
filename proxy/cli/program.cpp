// SPDX-License-Identifier: Apache-2.0
#include "proxy/cli/program.hpp"

#include <CLI/CLI.hpp>

#include "proxy/cli/exit_code.hpp"
#include "proxy/cli/verbs.hpp"

namespace postern::cli {

int run_program(int argc, char** argv) {
  CLI::App program("postern: a TLS door in front of an old POP3 server", "postern");
  program.require_subcommand(1);
  int result = to_int(ExitCode::kOk);
  const Arguments arguments(argv, argv + argc);
  add_run(program, result, arguments);
  add_demo(program, result);
  add_check(program, result);
  add_config(program, result);
  add_explain(program, result);
  add_doctor(program, result);
  add_report(program, result);
  add_status(program, result);
  add_sessions(program, result);
  add_bans(program, result);
  add_reload(program, result);
  add_drain(program, result);
  add_stop(program, result);
  add_upgrade(program, result);
  add_version(program, result);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked_for_help = error.get_exit_code() == 0;
    program.exit(error);
    return to_int(asked_for_help ? ExitCode::kOk : ExitCode::kUsage);
  }
  return result;
}

}  // namespace postern::cli
