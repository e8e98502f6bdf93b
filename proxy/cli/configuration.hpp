// SPDX-License-Identifier: Apache-2.0
// What the verbs that read a configuration share: the option that names it, and how they tell what
// is wrong with it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "conf/diagnostic.hpp"
#include "conf/reader.hpp"

namespace CLI {
class App;
}

namespace postern::cli {

/// Where the configuration is unless somebody says otherwise.
inline constexpr const char* kUsualPlace = "/etc/postern/postern.toml";

/// How a verb writes its result.
enum class Format { kText, kJson };

/// What a verb says that has done what it was asked for.
enum class Talk { kResult, kNothing };

/// Adds `-c,--config FILE`. `path` must outlive the parsing.
void add_config_option(CLI::App& verb, std::string& path);

/// Adds `--json`. `format` must outlive the parsing.
void add_json_option(CLI::App& verb, Format& format);

/// Adds `-q,--quiet`, which excludes `--json`: so behind that. `talk` must outlive the parsing.
void add_quiet_option(CLI::App& verb, Talk& talk);

/// What the file says. Where it cannot be used, all that is wrong with it goes to standard error.
std::optional<conf::Document> read_configuration(const std::string& path);

/// Every diagnostic, with its place and its line, on standard error, in colours on a terminal; and
/// what to do about a file that is not there or may not be read.
void print_diagnostics(const conf::Diagnostics& diagnostics, const std::string& file);

/// One JSON document on standard output. Bytes that are no UTF-8 are replaced.
void print_json(const nlohmann::json& value);

}  // namespace postern::cli
