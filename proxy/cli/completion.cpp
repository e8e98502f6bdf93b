// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "proxy/cli/completion_scripts.hpp"
#include "proxy/cli/completion_table.hpp"
#include "proxy/cli/exit_code.hpp"
#include "proxy/cli/verbs.hpp"

namespace postern::cli {
namespace {

std::string script_for(const std::string& shell, const CLI::App& program) {
  const auto choices = choices_of(program);
  if (shell == "bash") return bash_completion(choices);
  return shell == "zsh" ? zsh_completion(choices) : fish_completion(choices);
}

}  // namespace

void add_completion(CLI::App& program, int& result) {
  CLI::App* const verb =
      program.add_subcommand("completion", "print what a shell needs to complete the command line");
  const auto shell = std::make_shared<std::string>();
  verb->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  const CLI::App* const whole = &program;
  verb->callback([shell, whole, &result] {
    fmt::print("{}", script_for(*shell, *whole));
    result = to_int(ExitCode::kOk);
  });
}

}  // namespace postern::cli
