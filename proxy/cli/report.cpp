// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "conf/clients.hpp"
#include "proxy/cli/configuration.hpp"
#include "proxy/cli/exit_code.hpp"
#include "proxy/cli/log_file.hpp"
#include "proxy/cli/verbs.hpp"
#include "proxy/report/line_cutter.hpp"
#include "proxy/report/log_report.hpp"
#include "proxy/report/report_page.hpp"

namespace postern::cli {
namespace {

enum class Output { kText, kCsv, kJson };

struct ReportOptions {
  std::vector<std::string> words;  // a topic, perhaps; then files
  std::string since;
  std::string config;
  Output output = Output::kText;
};

constexpr std::string_view kStandardInput = "-";

report::Time current_time() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

// What is wrong with it; empty: nothing. CLI11 asks.
std::string check_since(const std::string& text) {
  if (report::parse_since(text, current_time())) return {};
  return "'" + text + "' is neither an age such as 7d, 24h or 90m nor a day such as 2026-11-01";
}

// For whoever meant a report and mistyped it.
std::string hint_for(const std::string& path, int error) {
  const bool is_word = path.find_first_of("./") == std::string::npos;
  if (error != ENOENT || !is_word) return {};
  return "; the reports are " + report::topic_list("and");
}

/// How a file was read.
struct Reading {
  std::uint64_t lines = 0;
  std::uint64_t foreign = 0;        // of them, none of the log's
  std::uint64_t first_foreign = 0;  // its number
  std::uint64_t too_long = 0;
  std::string trouble;  // what kept the rest from being read
  int error = 0;        // the same as errno's number, if it has one
};

Reading read_file(const std::string& path, report::LogReport& report) {
  Reading reading;
  const auto take = [&](std::string_view line) {
    ++reading.lines;
    if (report.read(line) == report::LogReport::Kind::kLine) return;
    if (reading.foreign++ == 0) reading.first_foreign = reading.lines + reading.too_long;
  };
  LogFile file(path);
  report::LineCutter cutter;
  for (auto chunk = file.next(); !chunk.empty(); chunk = file.next()) {
    while (const auto line = cutter.next(chunk)) {
      reading.too_long = cutter.too_long();
      take(*line);
    }
  }
  if (const auto line = cutter.rest()) take(*line);
  reading.too_long = cutter.too_long();
  reading.trouble = file.trouble();
  reading.error = file.error();
  return reading;
}

// What was not read, on standard error.
void tell(const std::string& path, const Reading& reading) {
  const auto say = [&](const std::string& what) {
    fmt::print(stderr, "postern: {}: {}\n", path == kStandardInput ? "standard input" : path, what);
  };
  if (!reading.trouble.empty()) {
    const std::string after =
        reading.lines > 0 ? fmt::format(", after {} lines", reading.lines) : "";
    say(reading.trouble + after + hint_for(path, reading.error));
  }
  if (reading.foreign > 0) {
    say(fmt::format("{} of {} lines are none of the log's, the first is line {}", reading.foreign,
                    reading.lines + reading.too_long, reading.first_foreign));
  }
  if (reading.too_long > 0) {
    say(fmt::format("{} lines are longer than {} bytes", reading.too_long,
                    report::LineCutter::kMaxLine));
  }
}

/// Returns whether anything could be read. What could not be is told when all is read.
bool read_all(const std::vector<std::string>& files, report::LogReport& report) {
  std::vector<Reading> readings;
  for (const std::string& path : files) {
    if (path == kStandardInput && isatty(STDIN_FILENO) != 0) {
      fmt::print(stderr, "postern: reading the log from standard input\n");
    }
    readings.push_back(read_file(path, report));
  }
  for (std::size_t i = 0; i < files.size(); ++i) tell(files[i], readings[i]);
  return std::ranges::any_of(readings, [](const Reading& reading) {
    return reading.trouble.empty() || reading.lines > 0;
  });
}

std::string page_of(const report::LogReport& report, Output output, report::Extent extent) {
  switch (output) {
    case Output::kText:
      return report::page_text(report, extent);
    case Output::kCsv:
      return report::page_csv(report);
    case Output::kJson:
      return report::page_json(report);
  }
  std::unreachable();
}

ExitCode report_on(const ReportOptions& options) {
  std::vector<std::string> files = options.words;
  std::vector<report::Topic> topics(std::begin(report::kTopics), std::end(report::kTopics));
  auto extent = report::Extent::kBrief;
  if (const auto topic = files.empty() ? std::nullopt : report::topic_named(files.front())) {
    files.erase(files.begin());
    topics = {*topic};
    extent = report::Extent::kFull;
  }
  if (files.empty()) files.emplace_back(kStandardInput);
  auto clients = conf::clients_beside(options.config);
  if (!clients) {
    print_diagnostics(clients.error(), options.config);
    return ExitCode::kConfiguration;
  }
  report::LogReport report(topics, report::parse_since(options.since, current_time()),
                           report::Tally::kMaxRows, *std::move(clients));
  if (!read_all(files, report)) return ExitCode::kFailure;
  for (const std::string& note : report::page_notes(report)) {
    fmt::print(stderr, "postern: {}\n", note);
  }
  fmt::print("{}", page_of(report, options.output, extent));
  return ExitCode::kOk;
}

}  // namespace

void add_report(CLI::App& program, int& result) {
  CLI::App* const verb =
      program.add_subcommand("report", "show who would break, who leaked, who was refused");
  const auto options = std::make_shared<ReportOptions>();
  verb->add_option("what", options->words,
                   report::topic_list("or") +
                       " (none: a summary), then the logs, - or none for standard input")
      ->type_name("WHAT FILE");
  add_config_option(*verb, options->config);
  verb->add_option("--since", options->since, "leave out what is older: 7d, 24h, 90m or 2026-11-01")
      ->type_name("TIME")
      ->check(check_since);
  CLI::Option* const as_csv = verb->add_flag_callback(
      "--csv", [options] { options->output = Output::kCsv; }, "output for spreadsheets");
  CLI::Option* const as_json = verb->add_flag_callback(
      "--json", [options] { options->output = Output::kJson; }, "output for programs");
  as_csv->excludes(as_json);
  verb->callback([options, &result] { result = to_int(report_on(*options)); });
}

}  // namespace postern::cli
