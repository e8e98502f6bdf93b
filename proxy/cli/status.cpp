// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "proxy/cli/control.hpp"
#include "proxy/cli/status_page.hpp"
#include "proxy/cli/verbs.hpp"

namespace postern::cli {

void add_status(CLI::App& program, int& result) {
  CLI::App* const verb =
      program.add_subcommand("status", "how the running process is, and how near its limits");
  const auto options = std::make_shared<ControlOptions>();
  add_control_options(*verb, *options);
  verb->callback([options, &result] {
    result = ask_and_print(*options, {{"verb", "status"}},
                           [](const nlohmann::json& told) { fmt::print("{}", status_page(told)); });
  });
}

}  // namespace postern::cli
