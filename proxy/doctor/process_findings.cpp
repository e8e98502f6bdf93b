// SPDX-License-Identifier: Apache-2.0
#include "proxy/doctor/process_findings.hpp"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "proxy/admin/control_call.hpp"

namespace postern::doctor {
namespace {

using nlohmann::json;

// What it tells of itself; nothing where nobody listens, or another configuration is served.
std::optional<json> status_of(const Patient& patient) {
  const std::string& path = patient.live().control.socket;
  if (path.empty()) return std::nullopt;
  auto call = admin::ControlCall::to(path);
  if (!call) return std::nullopt;
  const auto reply = call->ask(R"({"verb":"status"})", std::chrono::seconds(5));
  if (!reply) return std::nullopt;
  json told = json::parse(*reply, nullptr, false);
  if (!told.is_object() || !told.value("ok", false)) return std::nullopt;
  std::error_code error;
  const bool same =
      std::filesystem::equivalent(told.value("configuration", ""), patient.document.file, error);
  return same ? std::optional(std::move(told)) : std::nullopt;
}

// What the process would have given up, and could not.
void add_sandbox(Findings& findings, const json& told, const Patient& patient) {
  const json sandbox = told.value("sandbox", json::object());
  for (const json& what : sandbox.value("missing", json::array())) {
    findings.push_back(
        {.check = "sandbox-missing",
         .where = patient.place_of("security.sandbox"),
         .what = fmt::format("the process that runs has not given up all it could: {}",
                             what.get<std::string>())});
  }
}

}  // namespace

Findings process_findings(const Patient& patient) try {
  const auto told = status_of(patient);
  if (!told) return {};
  Findings findings;
  const json reload = told->value("reload", json::object());
  if (!reload.value("ok", true)) {
    findings.push_back(
        {.check = "reload-refused",
         .where = patient.document.file,
         .what = fmt::format("the process that runs has refused it at {}, and serves "
                             "the one before it",
                             reload.value("time", "")),
         .fix = "postern reload"});
  }
  for (const json& key : told->value("needs_restart", json::array())) {
    findings.push_back(
        {.check = "restart-pending",
         .where = patient.place_of(key.get<std::string>()),
         .what = fmt::format("`{}` has changed since the process began", key.get<std::string>()),
         .fix = "systemctl restart postern"});
  }
  add_sandbox(findings, *told, patient);
  return findings;
} catch (const json::exception&) {
  return {};  // it is of another version
}

}  // namespace postern::doctor
