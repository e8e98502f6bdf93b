// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "proxy/cli/exit_code.hpp"
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
  Output output = Output::kText;
};

struct CloseFile {
  void operator()(std::FILE* file) const noexcept {
    if (file != stdin) std::fclose(file);
  }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

constexpr std::size_t kChunk = std::size_t{64} * 1024;
constexpr std::string_view kStandardInput = "-";

report::Time current_time() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

// What is wrong with it; empty: nothing. CLI11 asks.
std::string check_since(const std::string& text) {
  if (report::parse_since(text, current_time())) return {};
  return "'" + text + "' is neither an age such as 7d, 24h or 90m nor a day such as 2026-11-01";
}

/// Feeds a file to the report. Returns errno's number for what cannot be read, 0 for success.
int read_file(const std::string& path, report::LogReport& report, std::uint64_t& too_long) {
  const File file(path == kStandardInput ? stdin : std::fopen(path.c_str(), "rb"));
  if (!file) return errno;
  report::LineCutter cutter;
  std::vector<char> buffer(kChunk);
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    std::string_view chunk(buffer.data(), size);
    while (const auto line = cutter.next(chunk)) report.read(*line);
  }
  if (std::ferror(file.get()) != 0) return errno;
  if (const auto line = cutter.rest()) report.read(*line);
  too_long += cutter.too_long();
  return 0;
}

std::string message_of(int error) { return std::generic_category().message(error); }

// For whoever meant a report and mistyped it.
std::string_view hint_for(const std::string& path, int error) {
  const bool is_word = path.find_first_of("./") == std::string::npos;
  return error == ENOENT && is_word ? "; the reports are plaintext, tls, exposed and denied" : "";
}

bool read_all(const std::vector<std::string>& files, report::LogReport& report) {
  std::uint64_t too_long = 0;
  for (const std::string& path : files) {
    if (path == kStandardInput && isatty(STDIN_FILENO) != 0) {
      fmt::print(stderr, "postern report: reading the log from standard input\n");
    }
    if (const int error = read_file(path, report, too_long)) {
      fmt::print(stderr, "postern report: {}: {}{}\n", path, message_of(error),
                 hint_for(path, error));
      return false;
    }
  }
  if (report.foreign() > 0) {
    fmt::print(stderr, "postern report: not a line of the log: {} skipped\n", report.foreign());
  }
  if (too_long > 0) {
    fmt::print(stderr, "postern report: longer than {} bytes: {} skipped\n",
               report::LineCutter::kMaxLine, too_long);
  }
  return true;
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

ExitCode write(const std::string& page) {
  const bool written = std::fwrite(page.data(), 1, page.size(), stdout) == page.size();
  if (written && std::fflush(stdout) == 0) return ExitCode::kOk;
  fmt::print(stderr, "postern report: standard output: {}\n", message_of(errno));
  return ExitCode::kFailure;
}

ExitCode tell(const ReportOptions& options) {
  std::vector<std::string> files = options.words;
  std::vector<report::Topic> topics(std::begin(report::kTopics), std::end(report::kTopics));
  auto extent = report::Extent::kBrief;
  if (const auto topic = files.empty() ? std::nullopt : report::topic_named(files.front())) {
    files.erase(files.begin());
    topics = {*topic};
    extent = report::Extent::kFull;
  }
  if (files.empty()) files.emplace_back(kStandardInput);
  report::LogReport report(topics, report::parse_since(options.since, current_time()));
  if (!read_all(files, report)) return ExitCode::kFailure;
  for (const std::string& note : report::page_notes(report)) {
    fmt::print(stderr, "postern report: {}\n", note);
  }
  return write(page_of(report, options.output, extent));
}

}  // namespace

void add_report(CLI::App& program, int& result) {
  CLI::App* const verb =
      program.add_subcommand("report", "show who would break, who leaked, who was refused");
  const auto options = std::make_shared<ReportOptions>();
  verb->add_option("what", options->words,
                   "plaintext, tls, exposed or denied (none: a summary), then the logs, - or none "
                   "for standard input")
      ->type_name("WHAT FILE");
  verb->add_option("--since", options->since, "leave out what is older: 7d, 24h, 90m or 2026-11-01")
      ->type_name("TIME")
      ->check(check_since);
  CLI::Option* const as_csv = verb->add_flag_callback(
      "--csv", [options] { options->output = Output::kCsv; }, "output for spreadsheets");
  CLI::Option* const as_json = verb->add_flag_callback(
      "--json", [options] { options->output = Output::kJson; }, "output for programs");
  as_csv->excludes(as_json);
  verb->callback([options, &result] { result = to_int(tell(*options)); });
}

}  // namespace postern::cli
