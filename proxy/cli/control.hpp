// SPDX-License-Identifier: Apache-2.0
// What the verbs share that ask the running process: how they find it, and how they tell that it
// is not there or that it refuses.
#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "proxy/admin/control_call.hpp"
#include "proxy/cli/configuration.hpp"
#include "proxy/cli/exit_code.hpp"

namespace CLI {
class App;
}

namespace postern::cli {

/// How long a reply is waited for, where nothing else is said.
inline constexpr std::chrono::seconds kPatience{60};

struct ControlOptions {
  std::string config;
  std::string socket;  // empty: the one that the configuration names
  Format format = Format::kText;
  Talk talk = Talk::kResult;  // of a good reply; only some verbs let it be chosen
};

/// Adds `-c,--config`, `--socket` and `--json`. `options` must outlive the parsing.
void add_control_options(CLI::App& verb, ControlOptions& options);

/// Where the running process is to be spoken to; empty where the configuration says nowhere.
std::string socket_of(const ControlOptions& options);

/// A conversation with the running process; why there is none goes to standard error.
std::optional<admin::ControlCall> reach(const ControlOptions& options);

/// The reply to one request, whatever it says; why there is none goes to standard error.
std::optional<nlohmann::json> ask(admin::ControlCall& call, const nlohmann::json& request,
                                  std::chrono::seconds patience = kPatience);

/// Both in one.
std::optional<nlohmann::json> ask(const ControlOptions& options, const nlohmann::json& request,
                                  std::chrono::seconds patience = kPatience);

/// For a reply that is no good: tells why, and with what the program ends.
ExitCode tell_failure(const nlohmann::json& reply, Format format);

/// Asks, and has a good reply printed: as it is for `--json`, else by `print`.
int ask_and_print(const ControlOptions& options, const nlohmann::json& request,
                  void (*print)(const nlohmann::json& reply),
                  std::chrono::seconds patience = kPatience);

}  // namespace postern::cli
