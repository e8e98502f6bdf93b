// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string_view>

#include "proxy/cli/build_facts.hpp"
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

std::string_view name_of(TlsLink link) {
  switch (link) {
    case TlsLink::kShared:
      return "shared";
    case TlsLink::kStatic:
      return "static";
  }
  return {};
}

std::string_view name_of(TlsUpdates updates) {
  switch (updates) {
    case TlsUpdates::kDistribution:
      return "distribution";
    case TlsUpdates::kBuilder:
      return "builder";
  }
  return {};
}

std::string_view meaning_of(TlsUpdates updates) {
  switch (updates) {
    case TlsUpdates::kDistribution:
      return "yes, by its package";
    case TlsUpdates::kBuilder:
      return "no, it is private: whoever built this program builds it anew";
  }
  return {};
}

std::string_view or_none(std::string_view text) { return text.empty() ? "none" : text; }

void print_build() {
  const BuildFacts& facts = build_facts();
  fmt::print("commit: {}\n", facts.commit);
  fmt::print("package: {}\n", or_none(facts.package));
  fmt::print("BoringSSL: {} {}, {}\n", facts.tls_package.empty() ? "private" : facts.tls_package,
             facts.tls_version, name_of(facts.tls_link));
  fmt::print("BoringSSL API version: {}\n", kApi);
  fmt::print("BoringSSL's security updates from the distribution: {}\n",
             meaning_of(facts.tls_updates));
  fmt::print("key agreement: {}\n", tls::kGroups);
  fmt::print("compiler: {}\n", kCompiler);
  fmt::print("assertions: {}\n", kAssertions);
}

void add_build(nlohmann::json& value) {
  const BuildFacts& facts = build_facts();
  value["commit"] = facts.commit;
  value["package"] = facts.package;
  value["boringssl_package"] = facts.tls_package;
  value["boringssl_version"] = facts.tls_version;
  value["boringssl_link"] = name_of(facts.tls_link);
  value["boringssl_updates"] = name_of(facts.tls_updates);
  value["boringssl_api"] = kApi;
  value["key_agreement"] = tls::kGroups;
  value["compiler"] = kCompiler;
  value["assertions"] = kAssertions;
}

void print_text(Detail detail) {
  fmt::print("postern {}\n", kVersion);
  switch (detail) {
    case Detail::kVersion:
      return;
    case Detail::kBuild:
      print_build();
      return;
  }
}

void print_for_programs(Detail detail) {
  nlohmann::json value = {{"version", kVersion}};
  switch (detail) {
    case Detail::kVersion:
      break;
    case Detail::kBuild:
      add_build(value);
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
