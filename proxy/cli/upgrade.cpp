// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>

#include "proxy/cli/control.hpp"
#include "proxy/cli/verbs.hpp"

namespace postern::cli {
namespace {

using nlohmann::json;

// The new process has as long as that to begin (Successor), and a little for the rest.
constexpr std::chrono::seconds kTakeOver{120};

void print_heir(const json& reply) {
  fmt::print("process {} serves; process {} ends with the last of its {} sessions\n",
             reply.value("pid", std::int64_t{0}), reply.value("before", std::int64_t{0}),
             reply.value("sessions", std::uint32_t{0}));
}

}  // namespace

void add_upgrade(CLI::App& program, int& result) {
  CLI::App* const verb = program.add_subcommand(
      "upgrade", "have the program that is installed now take the place of the running process");
  const auto options = std::make_shared<ControlOptions>();
  add_control_options(*verb, *options);
  add_quiet_option(*verb, options->talk);
  verb->callback([options, &result] {
    result = ask_and_print(*options, {{"verb", "upgrade"}}, print_heir, kTakeOver);
  });
}

}  // namespace postern::cli
