// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "proxy/cli/control.hpp"
#include "proxy/cli/paint.hpp"
#include "proxy/cli/verbs.hpp"

namespace postern::cli {
namespace {

using nlohmann::json;

struct ReloadOptions {
  ControlOptions control;
  bool dry_run = false;
};

void print_value(char sign, const json& key, std::string_view which, const std::string& place) {
  const auto value = key.find(which);
  if (value == key.end() || value->is_null()) return;
  fmt::print("{}{} = {}{}\n", sign, key.value("key", ""), value->dump(), place);
}

void print_keys(const json& reply) {
  for (const json& key : reply.value("keys", json::array())) {
    const auto line = key.value("line", 0U);
    const std::string place =
        line == 0 ? std::string() : fmt::format("  # {}:{}", reply.value("file", ""), line);
    print_value('-', key, "before", "");
    print_value('+', key, "after", place);
  }
}

std::size_t print_addresses(const json& reply, std::string_view which, std::string_view words) {
  const json list = reply.value(which, json::array());
  for (const json& one : list) {
    fmt::print("{} {} \"{}\"\n", words, one.value("address", ""), one.value("listener", ""));
  }
  return list.size();
}

void print_changes(const json& reply) {
  const bool rehearsal = reply.value("dry_run", false);
  fmt::print(stderr, "{}", painted(reply.value("text", ""), Stream::kError));
  print_keys(reply);
  const std::size_t opened =
      print_addresses(reply, "opened", rehearsal ? "would listen on" : "listens on");
  const std::size_t closed =
      print_addresses(reply, "closed", rehearsal ? "would leave" : "has left");
  fmt::print("{}: {}, {} changed, {} opened, {} closed, {} kept\n", reply.value("file", ""),
             rehearsal ? "would be taken" : "reloaded",
             fmt::format("{} keys", reply.value("keys", json::array()).size()), opened, closed,
             reply.value("kept", json::array()).size());
}

}  // namespace

void add_reload(CLI::App& program, int& result) {
  CLI::App* const verb = program.add_subcommand(
      "reload", "have the running process read its configuration anew, and say what changed");
  const auto options = std::make_shared<ReloadOptions>();
  add_control_options(*verb, options->control);
  add_quiet_option(*verb, options->control.talk);
  verb->add_flag("--dry-run", options->dry_run, "try all of it, change nothing");
  verb->callback([options, &result] {
    result = ask_and_print(options->control, {{"verb", "reload"}, {"dry_run", options->dry_run}},
                           print_changes);
  });
}

}  // namespace postern::cli
