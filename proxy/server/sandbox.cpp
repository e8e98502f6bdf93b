// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/sandbox.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "proxy/confinement/program_calls.hpp"

namespace postern::server {
namespace {

using confinement::CallsFiltered;
using confinement::FileRule;

std::string folder_of(const std::string& file) {
  std::error_code error;
  return std::filesystem::absolute(file, error).parent_path().string();
}

bool is_file(std::string_view target) {
  return target != "stderr" && target != "syslog" && target != "journal";
}

// What a start makes where it is not there yet; from behind the walls it could not.
void make_directories(const conf::Settings& settings) {
  constexpr mode_t kForItsOwner = S_IRWXU;
  const std::string& state = settings.startup.state_dir;
  if (!state.empty()) ::mkdir(state.c_str(), kForItsOwner);
  const std::string& log = settings.live.log.target;
  std::error_code error;
  if (is_file(log)) std::filesystem::create_directories(folder_of(log), error);
}

void raise_walls(Sandbox& sandbox, const conf::Settings& settings, const std::string& extra) {
  const int version = confinement::landlock_version();
  if (version == 0) {
    sandbox.missing.emplace_back("the kernel has no Landlock, which would keep it from files");
    return;
  }
  const auto rules = writing_rules(settings, extra, version);
  std::string fault = confinement::raise_file_walls(rules, version);
  if (fault.empty()) {
    sandbox.landlock = version;
  } else {
    sandbox.missing.push_back(std::move(fault));
  }
}

void filter_calls(Sandbox& sandbox) {
  if (confinement::kProgramFilter == CallsFiltered::kNone) {
    // Only who wants all of it has to know.
    if (sandbox.mode == conf::SandboxMode::kOn) {
      sandbox.missing.emplace_back("this build, which looks for races, filters no system calls");
    }
    return;
  }
  std::string fault = confinement::filter_program_calls();
  sandbox.filters_calls = fault.empty();
  if (!fault.empty()) sandbox.missing.push_back(std::move(fault));
}

}  // namespace

std::vector<FileRule> writing_rules(const conf::Settings& settings, const std::string& extra,
                                    int version) {
  std::vector<FileRule> rules;
  const auto add = [&](const std::string& folder) {
    rules.push_back(confinement::rule_for_directory(folder, version));
  };
  // A log to standard error is opened again, and so is what is nothing.
  for (const char* const stream : {"/dev/null", "/proc/self/fd/1", "/proc/self/fd/2"}) {
    rules.push_back(confinement::rule_for_file(stream, version));
  }
  if (!settings.startup.state_dir.empty()) add(settings.startup.state_dir);
  const std::string& log = settings.live.log.target;
  if (is_file(log)) add(folder_of(log));
  const std::string& socket = settings.live.control.socket;
  if (!socket.empty()) add(folder_of(socket));
  if (!extra.empty()) add(folder_of(extra));
  return rules;
}

std::optional<Refusal> refusal_of(const Sandbox& sandbox) {
  if (sandbox.mode != conf::SandboxMode::kOn || sandbox.missing.empty()) return std::nullopt;
  Refusal refusal{.cause = Refusal::Cause::kSystem, .diagnostics = {}};
  for (const std::string& what : sandbox.missing) {
    conf::Diagnostic diagnostic;
    diagnostic.text = "`security.sandbox` is \"on\", and not all in force: " + what;
    refusal.diagnostics.push_back(std::move(diagnostic));
  }
  return refusal;
}

// The walls first: no filter lets anybody raise some.
Sandbox enter_sandbox(const std::string& configuration, const std::string& extra) {
  Sandbox sandbox;
  const auto document = conf::read_file(configuration);
  if (!document) return sandbox;
  sandbox.mode = document->settings.startup.sandbox;
  if (sandbox.mode == conf::SandboxMode::kOff) return sandbox;
  make_directories(document->settings);
  raise_walls(sandbox, document->settings, extra);
  filter_calls(sandbox);
  return sandbox;
}

}  // namespace postern::server
