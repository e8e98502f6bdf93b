// SPDX-License-Identifier: Apache-2.0
// A configuration on its way into service: certificates and maps loaded, listeners and the log
// opened, and nothing changed yet. The first start and every reload go through here.
#pragma once

#include <expected>
#include <memory>
#include <vector>

#include "conf/reader.hpp"
#include "proxy/admin/log.hpp"
#include "proxy/server/certificate_pair.hpp"
#include "proxy/server/client_trust.hpp"
#include "proxy/server/cluster_source.hpp"
#include "proxy/server/doors.hpp"
#include "proxy/server/map_files.hpp"
#include "proxy/server/ticket_source.hpp"
#include "proxy/session/snapshot.hpp"
#include "proxy/upstream/pool.hpp"
#include "tls/key_holder.hpp"
#include "tls/ticket_keys.hpp"

namespace postern::server {

struct Staged {
  conf::Document document;
  std::shared_ptr<const session::Snapshot> snapshot;
  std::vector<CertificatePair> pairs;
  ClientTrust clients;
  LoadedMaps maps;
  LoadedTickets tickets;
  LoadedCluster cluster;
  std::vector<Door> doors;
  admin::Log::Ready log;
  conf::Diagnostics warnings;
};

/// What is there already, and stays as it is.
struct InService {
  const conf::Startup& startup;
  const Doors& doors;
  const tls::TicketKeys& keys;  // must outlive the snapshot
  const upstream::Pool& pool;   // what it knows goes into the snapshot
  const LoadedMaps& maps;       // what has not changed is not read again, and so it is here
  const LoadedCluster& cluster;
  const admin::Log& log;
  tls::KeyHolder* holder = nullptr;  // of private keys; null: they are loaded here
};

/// Why nothing can be put into service.
struct Refusal {
  enum class Cause {
    kConfiguration,  // the file, or what it names, has to be mended
    kSystem,         // the file is right, but an address or the log cannot be opened
    kStopping,       // the process takes nothing new
  };

  Cause cause = Cause::kConfiguration;
  conf::Diagnostics diagnostics;
};

/// Prepares everything that a configuration asks for. On failure all diagnostics, and nothing stays
/// open.
[[nodiscard]] std::expected<Staged, Refusal> stage(conf::Document document,
                                                   const InService& present);

}  // namespace postern::server
