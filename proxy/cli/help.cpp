// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "proxy/cli/exit_code.hpp"
#include "proxy/cli/help_page.hpp"
#include "proxy/cli/usage_fault.hpp"
#include "proxy/cli/verbs.hpp"

namespace postern::cli {
namespace {

int help_with(const CLI::App& program, const std::string& name) {
  if (name.empty()) {
    fmt::print("{}", program_page(program, Stream::kOutput));
    return to_int(ExitCode::kOk);
  }
  if (const CLI::App* const verb = find_verb(program, name)) {
    fmt::print("{}", verb_page(*verb, Stream::kOutput));
    return to_int(ExitCode::kOk);
  }
  fmt::print(stderr, "postern: {}\n", unknown_verb(program, name));
  return to_int(ExitCode::kUsage);
}

}  // namespace

void add_help(CLI::App& program, int& result) {
  CLI::App* const verb =
      program.add_subcommand("help", "show what the program can do, or what a verb takes");
  const auto name = std::make_shared<std::string>();
  verb->add_option("verb", *name, "the verb to tell about (default: all, in short)")
      ->type_name("VERB");
  const CLI::App* const whole = &program;
  verb->callback([name, whole, &result] { result = help_with(*whole, *name); });
}

}  // namespace postern::cli
