// SPDX-License-Identifier: Apache-2.0
#include "proxy/migrate/import.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "proxy/migrate/blueprint.hpp"
#include "proxy/migrate/dovecot_settings.hpp"
#include "proxy/migrate/exchange_settings.hpp"
#include "proxy/migrate/files.hpp"
#include "proxy/migrate/finishing.hpp"
#include "proxy/migrate/nginx_mail.hpp"
#include "proxy/migrate/perdition_settings.hpp"
#include "proxy/migrate/settle.hpp"
#include "proxy/migrate/stunnel_settings.hpp"

namespace postern::migrate {
namespace {

constexpr std::array<std::string_view, 5> kProgramNames = {"exchange", "nginx", "perdition",
                                                           "stunnel", "dovecot"};

std::expected<Blueprint, Refusal> blueprint_of(const Request& request, Files& files) {
  const std::string text = decoded(request.bytes);
  switch (request.program) {
    case Program::kExchange:
      return blueprint_of_exchange(text, request.file);
    case Program::kNginx:
      return blueprint_of_nginx(text, request.file, files);
    case Program::kStunnel:
      return blueprint_of_stunnel(text, request.file, files);
    case Program::kDovecot:
      return blueprint_of_dovecot(text, request.file, files);
    case Program::kPerdition:
      break;
  }
  std::string users;
  if (!request.popmap.empty()) {
    auto read = files.read(request.popmap);
    if (!read) {
      return std::unexpected(Refusal{Refusal::Kind::kUnreadable, {request.popmap}, read.error()});
    }
    users = *std::move(read);
  }
  return blueprint_of_perdition(text, request.file, users, request.popmap);
}

}  // namespace

std::vector<std::string> program_names() { return {kProgramNames.begin(), kProgramNames.end()}; }

std::optional<Program> program_from(std::string_view name) {
  const auto found = std::ranges::find(kProgramNames, name);
  if (found == kProgramNames.end()) return std::nullopt;
  return static_cast<Program>(found - kProgramNames.begin());
}

std::expected<Imported, Refusal> import_settings(const Request& request) {
  Files files;
  auto blueprint = blueprint_of(request, files);
  if (!blueprint) return std::unexpected(std::move(blueprint.error()));
  finish(*blueprint, {request.file});
  auto toml = settle(*blueprint, {request.file});
  if (!toml) {
    return std::unexpected(Refusal{Refusal::Kind::kNoSuchFile,
                                   {request.file},
                                   "no configuration comes of it: " + toml.error()});
  }
  Imported imported{.toml = *std::move(toml), .notes = std::move(blueprint->notes)};
  std::ranges::stable_sort(imported.notes, {},
                           [](const Note& one) { return std::pair(one.at.file, one.at.line); });
  return imported;
}

}  // namespace postern::migrate
