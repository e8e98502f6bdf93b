// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/stage.hpp"

#include <chrono>
#include <iterator>
#include <utility>

#include "conf/clients.hpp"
#include "conf/dates.hpp"
#include "proxy/server/backend_links.hpp"
#include "proxy/server/certificates.hpp"
#include "proxy/server/lane_names.hpp"
#include "proxy/server/plans.hpp"
#include "proxy/server/restart.hpp"
#include "proxy/server/surroundings.hpp"

namespace postern::server {
namespace {

using Cause = Refusal::Cause;

std::unexpected<Refusal> refuse(Cause cause, conf::Diagnostics diagnostics) {
  return std::unexpected(Refusal{cause, std::move(diagnostics)});
}

std::chrono::sys_seconds today() noexcept {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

void add(conf::Diagnostics& all, conf::Diagnostics some) {
  all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
}

conf::Diagnostics about_log(const conf::Document& document, const std::string& error) {
  return {conf::about(document, conf::Severity::kError, conf::mark_of(document, "log.target"),
                      "cannot open the log: " + error)};
}

// With what was found before.
conf::Diagnostics warnings_about(conf::Document& document, const conf::Startup& running) {
  conf::Diagnostics warnings = std::exchange(document.warnings, {});
  add(warnings, about_restart(document, running));
  add(warnings, conf::about_dates(document, today()));
  add(warnings, about_permissions(document));
  add(warnings, about_source_addresses(document));
  return warnings;
}

}  // namespace

std::expected<Staged, Refusal> stage(conf::Document document, const InService& present) {
  auto loaded = load_certificates(document, today(), present.holder);
  if (!loaded) return refuse(Cause::kConfiguration, std::move(loaded.error()));
  auto links = load_links(document, today(), present.holder);
  if (!links) return refuse(Cause::kConfiguration, std::move(links.error()));
  if (auto itself = about_own_addresses(document); !itself.empty()) {
    return refuse(Cause::kConfiguration, std::move(itself));
  }
  auto maps = load_maps(document, present.maps);
  if (!maps) return refuse(Cause::kConfiguration, std::move(maps.error()));
  auto tickets = load_tickets(document);
  if (!tickets) return refuse(Cause::kConfiguration, std::move(tickets.error()));
  auto cluster = load_cluster(document, present.cluster);
  if (!cluster) return refuse(Cause::kConfiguration, std::move(cluster.error()));
  auto programs = conf::clients_beside(document.file);
  if (!programs) return refuse(Cause::kConfiguration, std::move(programs.error()));
  auto plans = make_plans(document.settings.live,
                          {.credentials = loaded->credentials(),
                           .links = links->links,
                           .maps = maps->maps,
                           .file = document.file},
                          present.keys, present.pool);
  if (!plans) return refuse(Cause::kConfiguration, std::move(plans.error()));
  auto doors = present.doors.prepare(document);
  if (!doors) return refuse(Cause::kSystem, std::move(doors.error()));
  // Last, because its file is made when it is not there.
  auto log = present.log.open(document.settings.live.log);
  if (!log) return refuse(Cause::kSystem, about_log(document, log.error()));
  conf::Diagnostics warnings = warnings_about(document, present.startup);
  add(warnings, std::move(loaded->warnings));
  add(warnings, about_lane_names(document, loaded->certificates()));
  add(warnings, std::move(links->warnings));
  plans->clients = std::make_shared<const policy::ClientTable>(*std::move(programs));
  plans->cluster = cluster->plan;
  auto snapshot = std::make_shared<const session::Snapshot>(*std::move(plans));
  return Staged{std::move(document),        std::move(snapshot), std::move(loaded->pairs),
                std::move(loaded->clients), *std::move(maps),    *std::move(tickets),
                *std::move(cluster),        *std::move(doors),   *std::move(log),
                std::move(warnings)};
}

}  // namespace postern::server
