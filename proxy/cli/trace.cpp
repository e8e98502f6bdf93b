// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "conf/units.hpp"
#include "proxy/cli/control.hpp"
#include "proxy/cli/verbs.hpp"
#include "proxy/report/printable.hpp"

namespace postern::cli {
namespace {

using nlohmann::json;

struct TraceOptions {
  ControlOptions control;
  std::string user;
  std::string ip;
  std::string length = "10m";
};

const admin::ControlCall* g_call = nullptr;  // for the signals' handler
volatile std::sig_atomic_t g_interrupted = 0;

extern "C" void hang_up_trace(int) {
  g_interrupted = 1;
  if (g_call != nullptr) g_call->hang_up();
}

std::string field(const json& told, const char* key) {
  return report::for_screen(told.value(key, ""));
}

// "2026-11-23T15:33:21.042Z": the day is known to whoever watches.
std::string time_of(const json& told) {
  constexpr std::size_t kDay = 11;
  const std::string whole = field(told, "ts");
  return whole.size() > kDay + 1 ? whole.substr(kDay, whole.size() - kDay - 1) : whole;
}

void print_line(const json& told) {
  if (told.contains("left_out")) {
    fmt::print("-- {} lines left out\n", told.value("left_out", std::uint64_t{0}));
    return;
  }
  fmt::print("{} {} {:>2} {}\n", time_of(told), field(told, "sid"), field(told, "mark"),
             field(told, "text"));
}

// Whether anybody reads it still.
bool print_part(const std::string& part, const json& told, Format format) {
  switch (format) {
    case Format::kText:
      print_line(told);
      break;
    case Format::kJson:
      fmt::print("{}\n", part);
      break;
  }
  return std::fflush(stdout) == 0;
}

std::string_view words_for(std::string_view why) noexcept {
  return why == "time" ? "its time is over" : "the process ends";
}

ExitCode tell_end(const std::string& part, const json& told, Format format) {
  if (format == Format::kJson) {
    fmt::print("{}\n", part);
  } else {
    fmt::print(stderr, "postern: the trace has ended: {}\n", words_for(told.value("why", "")));
  }
  return ExitCode::kOk;
}

// Until the process says that it is over, or whoever watches has seen enough.
ExitCode follow(admin::ControlCall& call, std::chrono::seconds length, Format format) {
  for (;;) {
    const auto part = call.next(length + kPatience);
    if (g_interrupted != 0) return ExitCode::kOk;
    if (!part) {
      fmt::print(stderr, "postern: {}\n", part.error());
      return ExitCode::kFailure;
    }
    const json told = json::parse(*part, nullptr, false);
    if (!told.is_object()) continue;
    if (told.contains("end")) return tell_end(*part, told, format);
    if (!print_part(*part, told, format)) return ExitCode::kOk;
  }
}

ExitCode trace(const TraceOptions& options) {
  using std::chrono::ceil, std::chrono::seconds, std::chrono::milliseconds;
  const auto length = conf::duration_from(options.length);
  if (!length || *length < seconds(1) || *length > seconds(3'600)) {
    fmt::print(stderr, "postern: --for takes 1s to 1h, as in 10m\n");
    return ExitCode::kUsage;
  }
  if (options.user.empty() && options.ip.empty()) {
    fmt::print(stderr, "postern: whom? Name --user, or --ip with an address or a network\n");
    return ExitCode::kUsage;
  }
  auto call = reach(options.control);
  if (!call) return ExitCode::kFailure;
  g_call = &*call;
  std::signal(SIGINT, hang_up_trace);
  std::signal(SIGTERM, hang_up_trace);
  json request = {{"verb", "trace"}, {"user", options.user}, {"ip", options.ip}};
  request["seconds"] = ceil<seconds>(*length).count();
  const Format format = options.control.format;
  const auto begun = ask(*call, request);
  if (!begun) return g_interrupted != 0 ? ExitCode::kOk : ExitCode::kFailure;
  if (!begun->value("ok", false)) return tell_failure(*begun, format);
  if (format == Format::kText) {
    fmt::print(stderr, "postern: watching for {}; Ctrl-C ends it\n", options.length);
  }
  const ExitCode code = follow(*call, ceil<seconds>(*length), format);
  g_call = nullptr;
  return code;
}

}  // namespace

void add_trace(CLI::App& program, int& result) {
  CLI::App* const verb = program.add_subcommand(
      "trace", "what is said in some sessions of the running process, as it happens");
  const auto options = std::make_shared<TraceOptions>();
  add_control_options(*verb, options->control);
  verb->add_option("--user", options->user, "of this user, as typed there, in any case")
      ->type_name("NAME");
  verb->add_option("--ip", options->ip, "from this address or network")->type_name("ADDRESS");
  verb->add_option("--for", options->length, "how long, 1s to 1h; 10m if not said")
      ->type_name("DURATION");
  verb->callback([options, &result] { result = to_int(trace(*options)); });
}

}  // namespace postern::cli
