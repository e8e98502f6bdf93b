// SPDX-License-Identifier: Apache-2.0
#include "proxy/cli/control.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "conf/socket_path.hpp"
#include "proxy/cli/paint.hpp"

namespace postern::cli {

using nlohmann::json;

namespace {

// A file that somebody named and that cannot be read does not say which process is meant; to ask
// the usual one could end another than that.
bool is_named_in_vain(const ControlOptions& options) {
  if (!options.socket.empty() || options.config == kUsualPlace) return false;
  if (access(options.config.c_str(), R_OK) == 0) return false;
  fmt::print(stderr, "postern: {}: {}; `--socket PATH` asks a process without its configuration\n",
             options.config, std::generic_category().message(errno));
  return true;
}

}  // namespace

void add_control_options(CLI::App& verb, ControlOptions& options) {
  add_config_option(verb, options.config);
  add_json_option(verb, options.format);
  verb.add_option("--socket", options.socket,
                  "the control socket of the running process; else the configuration's")
      ->type_name("PATH");
}

std::string socket_of(const ControlOptions& options) {
  return options.socket.empty() ? conf::socket_path_of(options.config) : options.socket;
}

std::optional<admin::ControlCall> reach(const ControlOptions& options) {
  if (is_named_in_vain(options)) return std::nullopt;
  const std::string path = socket_of(options);
  if (path.empty()) {
    fmt::print(stderr, "postern: {}: `control.socket` is empty, so the process cannot be asked\n",
               options.config);
    return std::nullopt;
  }
  auto call = admin::ControlCall::to(path);
  if (call) return *std::move(call);
  fmt::print(stderr, "postern: {}: {}\n", path, call.error());
  return std::nullopt;
}

std::optional<json> ask(admin::ControlCall& call, const json& request,
                        std::chrono::seconds patience) {
  const auto reply =
      call.ask(request.dump(-1, ' ', false, json::error_handler_t::replace), patience);
  if (!reply) {
    fmt::print(stderr, "postern: {}\n", reply.error());
    return std::nullopt;
  }
  json told = json::parse(*reply, nullptr, false);
  if (told.is_object()) return told;
  fmt::print(stderr, "postern: what answers there is no postern\n");
  return std::nullopt;
}

std::optional<json> ask(const ControlOptions& options, const json& request,
                        std::chrono::seconds patience) {
  auto call = reach(options);
  if (!call) return std::nullopt;
  return ask(*call, request, patience);
}

ExitCode tell_failure(const json& reply, Format format) {
  switch (format) {
    case Format::kText:
      fmt::print(stderr, "{}postern: {}\n", painted(reply.value("text", ""), Stream::kError),
                 reply.value("error", "failed"));
      break;
    case Format::kJson:
      print_json(reply);
      break;
  }
  return reply.value("cause", "") == "configuration" ? ExitCode::kConfiguration
                                                     : ExitCode::kFailure;
}

int ask_and_print(const ControlOptions& options, const json& request, void (*print)(const json&),
                  std::chrono::seconds patience) {
  const auto reply = ask(options, request, patience);
  if (!reply) return to_int(ExitCode::kFailure);
  if (!reply->value("ok", false)) return to_int(tell_failure(*reply, options.format));
  if (options.talk == Talk::kNothing) return to_int(ExitCode::kOk);
  switch (options.format) {
    case Format::kText:
      try {
        print(*reply);
      } catch (const json::exception&) {
        fmt::print(stderr, "postern: the running process is of another version: try --json\n");
        return to_int(ExitCode::kFailure);
      }
      break;
    case Format::kJson:
      print_json(*reply);
      break;
  }
  return to_int(ExitCode::kOk);
}

}  // namespace postern::cli
