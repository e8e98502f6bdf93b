// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "proxy/cli/control.hpp"
#include "proxy/cli/verbs.hpp"
#include "proxy/report/printable.hpp"

namespace postern::cli {
namespace {

using nlohmann::json;

struct SessionsOptions {
  ControlOptions control;
  std::string action = "list";
  std::vector<std::string> sids;
  std::string user;
  std::string ip;
  std::string listener;
  std::string state;
  std::uint64_t limit = 1'000;
};

json request_for(const SessionsOptions& options, const char* action) {
  json request = {{"verb", "sessions"},    {"do", action},     {"sids", options.sids},
                  {"user", options.user},  {"ip", options.ip}, {"listener", options.listener},
                  {"state", options.state}};
  request["limit"] = options.limit;
  return request;
}

std::string shown(const json& row, const char* key) {
  const std::string text = row.value(key, "");
  return text.empty() ? "-" : report::for_screen(text);
}

std::string address_of(const json& row) {
  const std::string ip = row.value("ip", "");
  return fmt::format("{}{}{}:{}", ip.contains(':') ? "[" : "", ip, ip.contains(':') ? "]" : "",
                     row.value("port", 0U));
}

void print_rows(const json& rows) {
  if (rows.empty()) return;
  fmt::print("{:<11} {:<13} {:<20} {:<22} {:<10} {:<8} {:<12} {:<12} {:>7} {:>6} {:>9} {:>9}\n",
             "SID", "STATE", "USER", "ADDRESS", "LISTENER", "TLS", "CLIENT", "BACKEND", "AGE",
             "IDLE", "IN", "OUT");
  for (const json& row : rows) {
    fmt::print("{:<11} {:<13} {:<20} {:<22} {:<10} {:<8} {:<12} {:<12} {:>6}s {:>5}s {:>9} {:>9}\n",
               shown(row, "sid"), shown(row, "state"), shown(row, "user"), address_of(row),
               shown(row, "listener"), shown(row, "tls"), shown(row, "client"),
               shown(row, "backend"), row.value("seconds", std::int64_t{0}),
               row.value("idle_seconds", std::int64_t{0}), row.value("in", std::uint64_t{0}),
               row.value("out", std::uint64_t{0}));
  }
}

void print_rest(const json& reply) {
  const auto left_out = reply.value("left_out", std::uint64_t{0});
  if (left_out != 0) fmt::print("and {} more\n", left_out);
  for (const json& worker : reply.value("silent_workers", json::array())) {
    fmt::print(stderr, "postern: worker {} did not answer; its sessions are missing\n",
               worker.dump());
  }
}

void print_sessions(const json& reply) {
  const json rows = reply.value("sessions", json::array());
  print_rows(rows);
  print_rest(reply);
  if (rows.empty()) fmt::print("no sessions\n");
}

void print_kicked(const json& reply) {
  for (const json& row : reply.value("kicked", json::array())) {
    fmt::print("ended {} {} {} {}\n", shown(row, "sid"), shown(row, "user"), address_of(row),
               shown(row, "state"));
  }
  print_rest(reply);
}

int kick(const SessionsOptions& options) {
  const bool open = options.sids.empty() && options.user.empty() && options.ip.empty() &&
                    options.listener.empty() && options.state.empty();
  if (open) {
    fmt::print(stderr, "postern: which sessions? Name their SIDs, or --user, --ip and the like\n");
    return to_int(ExitCode::kUsage);
  }
  json request = request_for(options, "kick");
  request.erase("limit");
  const auto reply = ask(options.control, request);
  if (!reply) return to_int(ExitCode::kFailure);
  if (!reply->value("ok", false)) return to_int(tell_failure(*reply, options.control.format));
  const bool any = !reply->value("kicked", json::array()).empty();
  switch (options.control.format) {
    case Format::kText:
      print_kicked(*reply);
      if (!any) fmt::print(stderr, "postern: no session is like that\n");
      break;
    case Format::kJson:
      print_json(*reply);
      break;
  }
  return to_int(any ? ExitCode::kOk : ExitCode::kFailure);
}

int run(const SessionsOptions& options) {
  if (options.action == "kick") return kick(options);
  if (!options.sids.empty()) {
    fmt::print(stderr, "postern: `sessions list` takes no ids; is `sessions kick` meant?\n");
    return to_int(ExitCode::kUsage);
  }
  return ask_and_print(options.control, request_for(options, "list"), print_sessions);
}

}  // namespace

void add_sessions(CLI::App& program, int& result) {
  CLI::App* const verb =
      program.add_subcommand("sessions", "the sessions of the running process, and their end");
  const auto options = std::make_shared<SessionsOptions>();
  add_control_options(*verb, options->control);
  verb->add_option("action", options->action, "list them (the default), or end some: kick")
      ->check(CLI::IsMember({"list", "kick"}));
  verb->add_option("sid", options->sids, "of those to be ended")->type_name("SID");
  verb->add_option("--user", options->user, "of this user, as typed there, in any case")
      ->type_name("NAME");
  verb->add_option("--ip", options->ip, "from this address or network")->type_name("ADDRESS");
  verb->add_option("--listener", options->listener, "at this listener")->type_name("NAME");
  verb->add_option("--state", options->state,
                   "handshake, authorization, login, transaction or closing")
      ->type_name("STATE");
  verb->add_option("--limit", options->limit, "how many are listed at most")
      ->type_name("N")
      ->check(CLI::Range(1, 10'000));
  verb->callback([options, &result] { result = run(*options); });
}

}  // namespace postern::cli
