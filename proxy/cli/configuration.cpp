// SPDX-License-Identifier: Apache-2.0
#include "proxy/cli/configuration.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "proxy/cli/paint.hpp"

namespace postern::cli {

using nlohmann::json;

namespace {

// What a diagnostic about the whole file cannot know: who asks, and whether he has chosen the file.
void advise_on(const std::string& file) {
  if (access(file.c_str(), R_OK) == 0) return;
  const int error = errno;
  if (error == EACCES) {
    fmt::print(stderr,
               "postern: its group may read it: `sudo -u postern postern ...`, or as root\n");
  } else if (error == ENOENT && file == kUsualPlace) {
    fmt::print(stderr, "postern: `postern init` writes one; `-c FILE` names another\n");
  }
}

}  // namespace

void add_config_option(CLI::App& verb, std::string& path) {
  path = kUsualPlace;
  verb.add_option("-c,--config", path, "the configuration")
      ->type_name("FILE")
      ->capture_default_str();
}

void add_json_option(CLI::App& verb, Format& format) {
  verb.add_flag_callback("--json", [&format] { format = Format::kJson; }, "output for programs");
}

void add_quiet_option(CLI::App& verb, Talk& talk) {
  verb.add_flag_callback(
          "-q,--quiet", [&talk] { talk = Talk::kNothing; }, "say nothing when all is well")
      ->excludes(verb.get_option("--json"));
}

std::optional<conf::Document> read_configuration(const std::string& path) {
  auto document = conf::read_file(path);
  if (document) return std::move(*document);
  print_diagnostics(document.error(), path);
  return std::nullopt;
}

void print_diagnostics(const conf::Diagnostics& diagnostics, const std::string& file) {
  for (const conf::Diagnostic& one : diagnostics) {
    fmt::print(stderr, "{}", painted(render(one, file), Stream::kError));
  }
  if (!diagnostics.empty()) advise_on(file);
}

void print_json(const json& value) {
  fmt::print("{}\n", value.dump(2, ' ', false, json::error_handler_t::replace));
}

}  // namespace postern::cli
