// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "conf/print.hpp"
#include "conf/reader.hpp"
#include "proxy/cli/configuration.hpp"
#include "proxy/cli/exit_code.hpp"
#include "proxy/cli/verbs.hpp"

namespace postern::cli {
namespace {

using nlohmann::json;

enum class View { kEffective, kDefaults, kDifferences };

struct ConfigOptions {
  std::string config;
  std::string other;
  View view = View::kEffective;
  Format format = Format::kText;
};

// What conf prints for a value is JSON as well as TOML.
json value_of(const conf::Origin& origin) {
  return origin.key.empty() ? json() : json::parse(origin.value);
}

json effective_json(const conf::Document& document) {
  json values = json::array();
  for (const conf::Origin& origin : document.origins) {
    const bool written = origin.mark.line != 0;
    values.push_back({{"key", origin.key},
                      {"value", value_of(origin)},
                      {"line", written ? json(origin.mark.line) : json()},
                      {"column", written ? json(origin.mark.column) : json()}});
  }
  return {{"file", document.file}, {"values", std::move(values)}};
}

ExitCode show_effective(const ConfigOptions& options) {
  const std::optional<conf::Document> document = read_configuration(options.config);
  if (!document) return ExitCode::kConfiguration;
  switch (options.format) {
    case Format::kText:
      fmt::print("{}", conf::effective_toml(*document));
      break;
    case Format::kJson:
      print_json(effective_json(*document));
      break;
  }
  return ExitCode::kOk;
}

json defaults_json() {
  json values = json::array();
  for (const conf::Description& key : conf::descriptions(conf::schema())) {
    const bool is_default = key.standing == conf::Standing::kDefault;
    values.push_back({{"key", key.key},
                      {"default", is_default ? json::parse(key.value) : json()},
                      {"example", is_default ? json() : json::parse(key.value)},
                      {"required", key.standing == conf::Standing::kExample},
                      {"meaning", key.meaning}});
  }
  return values;
}

ExitCode show_defaults(const ConfigOptions& options) {
  switch (options.format) {
    case Format::kText:
      fmt::print("{}", conf::default_toml(conf::schema()));
      break;
    case Format::kJson:
      print_json(defaults_json());
      break;
  }
  return ExitCode::kOk;
}

void print_side(char sign, const std::string& key, const conf::Document& document,
                const conf::Origin& origin) {
  if (origin.key.empty()) return;
  const std::string source =
      origin.mark.line == 0 ? "default" : fmt::format("{}:{}", document.file, origin.mark.line);
  fmt::print("{}{} = {}  # {}\n", sign, key, origin.value, source);
}

ExitCode show_differences(const ConfigOptions& options) {
  const std::optional<conf::Document> before = read_configuration(options.config);
  const std::optional<conf::Document> after = read_configuration(options.other);
  if (!before || !after) return ExitCode::kConfiguration;
  json list = json::array();
  for (const conf::Difference& one : conf::differences(*before, *after)) {
    switch (options.format) {
      case Format::kText:
        print_side('-', one.key, *before, one.before);
        print_side('+', one.key, *after, one.after);
        break;
      case Format::kJson:
        list.push_back(
            {{"key", one.key}, {"before", value_of(one.before)}, {"after", value_of(one.after)}});
        break;
    }
  }
  if (options.format == Format::kJson) print_json(list);
  return ExitCode::kOk;
}

ExitCode show(const ConfigOptions& options) {
  switch (options.view) {
    case View::kEffective:
      return show_effective(options);
    case View::kDefaults:
      return show_defaults(options);
    case View::kDifferences:
      return show_differences(options);
  }
  std::unreachable();
}

}  // namespace

void add_config(CLI::App& program, int& result) {
  CLI::App* const verb = program.add_subcommand("config", "show a configuration and its sources");
  const auto options = std::make_shared<ConfigOptions>();
  add_config_option(*verb, options->config);
  add_json_option(*verb, options->format);
  CLI::Option* const effective = verb->add_flag_callback(
      "--effective", [options] { options->view = View::kEffective; },
      "every value in force and where it comes from (this is the default)");
  CLI::Option* const defaults = verb->add_flag_callback(
      "--defaults", [options] { options->view = View::kDefaults; },
      "every key with its default and its meaning");
  CLI::Option* const differences =
      verb->add_option("--diff", options->other, "what another file changes")->type_name("FILE");
  effective->excludes(defaults)->excludes(differences);
  defaults->excludes(differences);
  verb->callback([options, differences, &result] {
    if (differences->count() > 0) options->view = View::kDifferences;
    result = to_int(show(*options));
  });
}

}  // namespace postern::cli
