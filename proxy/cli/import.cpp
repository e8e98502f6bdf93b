// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <expected>
#include <memory>
#include <string>
#include <utility>

#include "proxy/cli/exit_code.hpp"
#include "proxy/cli/verbs.hpp"
#include "proxy/migrate/import.hpp"
#include "tls/file.hpp"

namespace postern::cli {
namespace {

enum class Tolerance { kNotes, kNone };

struct ImportOptions {
  std::string program;
  std::string file;
  std::string popmap;
  Tolerance tolerance = Tolerance::kNotes;
};

std::expected<std::string, std::string> standard_input() {
  std::string bytes;
  std::array<char, 16'384> chunk{};
  while (const std::size_t size = std::fread(chunk.data(), 1, chunk.size(), stdin)) {
    bytes.append(chunk.data(), size);
    if (bytes.size() > tls::kMaxFileBytes) return std::unexpected("larger than 1 MiB");
  }
  if (std::ferror(stdin) != 0) return std::unexpected("cannot be read");
  return bytes;
}

std::expected<std::string, std::string> content_of(const std::string& file) {
  if (file == "-") return standard_input();
  auto bytes = tls::read_file(file, tls::kMaxFileBytes);
  if (!bytes) return std::unexpected(std::move(bytes.error().why));
  return *std::move(bytes);
}

ExitCode code_for(migrate::Refusal::Kind kind) {
  switch (kind) {
    case migrate::Refusal::Kind::kUnreadable:
      return ExitCode::kFailure;
    case migrate::Refusal::Kind::kNoSuchFile:
      return ExitCode::kConfiguration;
  }
  std::unreachable();
}

ExitCode refuse(const migrate::Refusal& refusal) {
  fmt::print(stderr, "postern: {}\n", migrate::text_of(refusal));
  return code_for(refusal.kind);
}

ExitCode import(const ImportOptions& options) {
  using migrate::Refusal;
  migrate::Request request{.program = *migrate::program_from(options.program),
                           .file = options.file == "-" ? "standard input" : options.file,
                           .bytes = {},
                           .popmap = options.popmap};
  auto bytes = content_of(options.file);
  if (!bytes) return refuse({Refusal::Kind::kUnreadable, {request.file}, bytes.error()});
  request.bytes = *std::move(bytes);
  const auto imported = migrate::import_settings(request);
  if (!imported) return refuse(imported.error());
  fmt::print("{}", imported->toml);
  for (const migrate::Note& note : imported->notes) {
    fmt::print(stderr, "{}\n", migrate::text_of(note));
  }
  if (std::fflush(stdout) != 0) {
    fmt::print(stderr, "postern: the result cannot be written\n");
    return ExitCode::kFailure;
  }
  const bool strict = options.tolerance == Tolerance::kNone;
  return strict && !imported->notes.empty() ? ExitCode::kWarnings : ExitCode::kOk;
}

}  // namespace

void add_import(CLI::App& program, int& result) {
  CLI::App* const verb = program.add_subcommand(
      "import", "another program's settings as a postern.toml, and what has no counterpart");
  const auto options = std::make_shared<ImportOptions>();
  verb->add_option("program", options->program,
                   "whose settings: exchange (the JSON of Get-PopSettings), nginx, perdition, "
                   "stunnel or dovecot")
      ->required()
      ->check(CLI::IsMember(migrate::program_names()))
      ->type_name("PROGRAM");
  verb->add_option("file", options->file, "its file, or - for standard input")
      ->required()
      ->type_name("FILE");
  CLI::Option* const popmap =
      verb->add_option("--popmap", options->popmap, "of perdition: its map, in lines USER:SERVER")
          ->type_name("FILE");
  verb->add_flag_callback(
      "--strict", [options] { options->tolerance = Tolerance::kNone; },
      "exit with 3 when there is anything to tell");
  verb->callback([options, popmap, &result] {
    if (popmap->count() > 0 && options->program != "perdition") {
      fmt::print(stderr, "postern: --popmap is for perdition\n");
      result = to_int(ExitCode::kUsage);
      return;
    }
    result = to_int(import(*options));
  });
}

}  // namespace postern::cli
