// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/inspection.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

#include "conf/clients.hpp"
#include "conf/dates.hpp"
#include "proxy/server/backend_links.hpp"
#include "proxy/server/certificates.hpp"
#include "proxy/server/cluster_source.hpp"
#include "proxy/server/lane_names.hpp"
#include "proxy/server/map_files.hpp"
#include "proxy/server/service_user.hpp"
#include "proxy/server/surroundings.hpp"
#include "proxy/server/ticket_source.hpp"

namespace postern::server {

Inspection inspect(const conf::Document& document, std::chrono::sys_seconds now) {
  Inspection inspection = {.diagnostics = document.warnings};
  const auto add = [&all = inspection.diagnostics](const conf::Diagnostics& found) {
    all.insert(all.end(), found.begin(), found.end());
  };
  auto loaded = load_certificates(document, now);
  auto links = load_links(document, now);
  add(loaded ? loaded->warnings : loaded.error());
  if (loaded) add(loaded->lasting);
  if (loaded) add(about_lane_names(document, loaded->certificates()));
  add(links ? links->warnings : links.error());
  if (const auto maps = load_maps(document); !maps) add(maps.error());
  if (const auto tickets = load_tickets(document); !tickets) add(tickets.error());
  if (const auto cluster = load_cluster(document, {}); !cluster) add(cluster.error());
  if (const auto clients = conf::clients_beside(document.file); !clients) add(clients.error());
  add(conf::about_dates(document, now));
  add(about_permissions(document));
  add(about_paths(document));
  add(about_own_addresses(document));
  add(about_source_addresses(document));
  add(about_service_user(document));
  add(about_ports(document));
  std::ranges::stable_sort(inspection.diagnostics, {}, [](const conf::Diagnostic& one) {
    return std::tuple(std::string_view(one.file), one.mark.line, one.mark.column);
  });
  if (loaded) inspection.certificates = loaded->certificates();
  if (links) inspection.links = std::move(links->links);
  return inspection;
}

}  // namespace postern::server
