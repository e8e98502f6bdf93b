// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string_view>

#include "proxy/cli/configuration.hpp"
#include "proxy/cli/exit_code.hpp"
#include "proxy/cli/verbs.hpp"
#include "tls/compat.hpp"

namespace postern::cli {
namespace {

enum class Detail { kVersion, kBuild };

struct VersionOptions {
  Detail detail = Detail::kVersion;
  Format format = Format::kText;
};

constexpr std::string_view kVersion = POSTERN_VERSION;
constexpr int kApi = BORINGSSL_API_VERSION;

#if defined(__clang__)
constexpr std::string_view kCompiler = "Clang " __clang_version__;
#else
constexpr std::string_view kCompiler = "GCC " __VERSION__;
#endif

#if defined(NDEBUG)
constexpr std::string_view kAssertions = "off";
#else
constexpr std::string_view kAssertions = "on";
#endif

void print_text(Detail detail) {
  fmt::print("postern {}\n", kVersion);
  switch (detail) {
    case Detail::kVersion:
      return;
    case Detail::kBuild:
      fmt::print("BoringSSL API version: {}\n", kApi);
      fmt::print("key agreement: {}\n", tls::kGroups);
      fmt::print("compiler: {}\n", kCompiler);
      fmt::print("assertions: {}\n", kAssertions);
      return;
  }
}

void print_for_programs(Detail detail) {
  nlohmann::json value = {{"version", kVersion}};
  switch (detail) {
    case Detail::kVersion:
      break;
    case Detail::kBuild:
      value["boringssl_api"] = kApi;
      value["key_agreement"] = tls::kGroups;
      value["compiler"] = kCompiler;
      value["assertions"] = kAssertions;
      break;
  }
  print_json(value);
}

void print(const VersionOptions& options) {
  switch (options.format) {
    case Format::kText:
      return print_text(options.detail);
    case Format::kJson:
      return print_for_programs(options.detail);
  }
}

}  // namespace

void add_version(CLI::App& program, int& result) {
  CLI::App* const verb = program.add_subcommand("version", "show which program this is");
  const auto options = std::make_shared<VersionOptions>();
  add_json_option(*verb, options->format);
  verb->add_flag_callback(
      "--build", [options] { options->detail = Detail::kBuild; }, "and what it was built with");
  verb->callback([options, &result] {
    print(*options);
    result = to_int(ExitCode::kOk);
  });
}

}  // namespace postern::cli
