// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conf/units.hpp"
#include "proxy/cli/control.hpp"
#include "proxy/cli/verbs.hpp"
#include "proxy/report/printable.hpp"

namespace postern::cli {
namespace {

using nlohmann::json;

struct BansOptions {
  ControlOptions control;
  std::string action = "list";
  std::vector<std::string> networks;
  std::string duration;
  std::string comment;
  bool kick = false;
};

void print_bans(const json& reply) {
  const json bans = reply.value("bans", json::array());
  for (const json& ban : bans) {
    const json until = ban.contains("until") ? ban["until"] : json();
    const std::string comment = report::for_screen(ban.value("comment", ""));
    fmt::print("{:<20} {:<16} {:<12} {}{}{}\n", ban.value("network", ""), ban.value("reason", ""),
               ban.value("mode", ""),
               until.is_string() ? "until " + until.get<std::string>() : "until it is deleted",
               comment.empty() ? "" : "  ", comment);
  }
  if (bans.empty()) fmt::print("nobody is banned\n");
}

void print_added(const json& reply) {
  for (const json& network : reply.value("added", json::array())) {
    fmt::print("banned {}\n", network.get<std::string>());
  }
  for (const json& row : reply.value("kicked", json::array())) {
    fmt::print("ended {} {}\n", row.value("sid", ""), row.value("ip", ""));
  }
}

void print_removed(const json& reply) {
  for (const json& network : reply.value("removed", json::array())) {
    fmt::print("not banned any more: {}\n", network.get<std::string>());
  }
}

int add(const BansOptions& options) {
  std::uint64_t seconds = 0;
  if (!options.duration.empty()) {
    const auto span = conf::duration_from(options.duration);
    if (!span || span->count() < 1000) {
      fmt::print(stderr, "postern: --for takes a duration such as 10m, 1h or 7d, not \"{}\"\n",
                 report::for_screen(options.duration));
      return to_int(ExitCode::kUsage);
    }
    seconds = static_cast<std::uint64_t>(span->count() / 1000);
  }
  return ask_and_print(options.control,
                       {{"verb", "bans"},
                        {"do", "add"},
                        {"networks", options.networks},
                        {"seconds", seconds},
                        {"comment", options.comment},
                        {"kick", options.kick}},
                       print_added);
}

// What does not belong to the action is a slip, and not to be guessed at.
std::string_view fault_of(const BansOptions& options) noexcept {
  const bool adding = options.action == "add";
  const bool listing = options.action == "list";
  if (listing && !options.networks.empty()) return "`bans list` takes no network";
  if (!listing && options.networks.empty())
    return "which addresses or networks? As in `bans add 203.0.113.0/24`";
  const bool more = !options.duration.empty() || !options.comment.empty() || options.kick;
  if (more && !adding) return "--for, --comment and --kick are for `bans add`";
  return {};
}

int run(const BansOptions& options) {
  if (const auto fault = fault_of(options); !fault.empty()) {
    fmt::print(stderr, "postern: {}\n", fault);
    return to_int(ExitCode::kUsage);
  }
  if (options.action == "add") return add(options);
  if (options.action == "list") {
    return ask_and_print(options.control, {{"verb", "bans"}, {"do", "list"}}, print_bans);
  }
  return ask_and_print(options.control,
                       {{"verb", "bans"}, {"do", "del"}, {"networks", options.networks}},
                       print_removed);
}

}  // namespace

void add_bans(CLI::App& program, int& result) {
  CLI::App* const verb = program.add_subcommand("bans", "who is turned away, and who is to be");
  const auto options = std::make_shared<BansOptions>();
  add_control_options(*verb, options->control);
  verb->add_option("action", options->action, "list (the default), add or del")
      ->check(CLI::IsMember({"list", "add", "del"}));
  verb->add_option("network", options->networks, "addresses and networks")->type_name("NETWORK");
  verb->add_option("--for", options->duration,
                   "how long it is added; else until it is deleted, or the process ends")
      ->type_name("TIME");
  verb->add_option("--comment", options->comment, "why it is added, for the list and the log")
      ->type_name("TEXT");
  verb->add_flag("--kick", options->kick, "end open sessions from there, too");
  verb->callback([options, &result] { result = run(*options); });
}

}  // namespace postern::cli
