// SPDX-License-Identifier: Apache-2.0
#include "proxy/cli/program.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>
#include <system_error>

#include "proxy/cli/exit_code.hpp"
#include "proxy/cli/help_page.hpp"
#include "proxy/cli/usage_fault.hpp"
#include "proxy/cli/verbs.hpp"

namespace postern::cli {
namespace {

// In the order of the help.
void add_verbs(CLI::App& program, int& result, const Arguments& arguments) {
  add_run(program, result, arguments);
  add_demo(program, result);
  add_init(program, result);
  add_import(program, result);
  add_check(program, result);
  add_config(program, result);
  add_explain(program, result);
  add_doctor(program, result);
  add_status(program, result);
  add_sessions(program, result);
  add_report(program, result);
  add_trace(program, result);
  add_reload(program, result);
  add_bans(program, result);
  add_drain(program, result);
  add_stop(program, result);
  add_upgrade(program, result);
  add_help(program, result);
  add_version(program, result);
  add_completion(program, result);
}

int refuse_usage(const std::string& why) {
  fmt::print(stderr, "postern: {}\n", why);
  return to_int(ExitCode::kUsage);
}

void print_help(const CLI::App& program) {
  const auto verbs = program.get_subcommands();
  fmt::print("{}", verbs.empty() ? program_page(program, Stream::kOutput)
                                 : verb_page(*verbs.front(), Stream::kOutput));
}

// What stands before a verb, and asks what there is.
bool is_own_option(std::string_view word) noexcept {
  return word == "-h" || word == "--help" || word == "-V" || word == "--version";
}

int parse(CLI::App& program, int argc, char** argv, const int& result) {
  if (argc < 2) {
    fmt::print(stderr, "{}", program_page(program, Stream::kError));
    return to_int(ExitCode::kUsage);
  }
  const std::string first = argv[1];
  if (first.starts_with('-') && !is_own_option(first)) {
    return refuse_usage(
        "a verb comes first, as in `postern check -c FILE`; `postern help` lists them");
  }
  if (!first.starts_with('-') && find_verb(program, first) == nullptr) {
    return refuse_usage(unknown_verb(program, first));
  }
  try {
    program.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    print_help(program);
  } catch (const CLI::CallForVersion& version) {
    fmt::print("{}\n", version.what());
  } catch (const CLI::ParseError& error) {
    return refuse_usage(usage_fault(program, error));
  }
  return result;
}

int tell_unwritten(const std::error_code& error) {
  fmt::print(stderr, "postern: standard output: {}\n", error.message());
  return to_int(ExitCode::kFailure);
}

}  // namespace

// Whoever has read enough, such as head(1), is no failure.
int run_program(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App program("postern: a TLS door in front of an old POP3 server", "postern");
  program.require_subcommand(1);
  program.set_help_flag("-h,--help", "print this help");
  program.set_version_flag("-V,--version", "postern " POSTERN_VERSION, "print the version");
  int result = to_int(ExitCode::kOk);
  const Arguments arguments(argv, argv + argc);
  add_verbs(program, result, arguments);
  try {
    result = parse(program, argc, argv, result);
    if (std::fflush(stdout) == 0 || errno == EPIPE) return result;
    return tell_unwritten({errno, std::generic_category()});
  } catch (const std::system_error& error) {  // of fmt::print
    if (error.code().value() != EPIPE) return tell_unwritten(error.code());
    return to_int(std::ferror(stderr) == 0 ? ExitCode::kOk : ExitCode::kFailure);
  }
}

}  // namespace postern::cli
