// SPDX-License-Identifier: Apache-2.0
// What of a configuration in use changes without a reload, because its files do: certificates,
// maps, ticket keys. On the supervisor's loop.
#pragma once

#include <memory>
#include <vector>

#include "proxy/admin/log.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/server/certificate_watch.hpp"
#include "proxy/server/file_rounds.hpp"
#include "proxy/server/map_follower.hpp"
#include "proxy/server/stage.hpp"
#include "proxy/server/ticket_follower.hpp"
#include "tls/key_holder.hpp"
#include "tls/ticket_keys.hpp"

namespace postern::server {

class Upkeep {
 public:
  /// All must outlive it. `holder` takes private keys; null: they are loaded here.
  Upkeep(net::Loop& loop, admin::Log& log, tls::TicketKeys& keys, tls::KeyHolder* holder);

  /// Takes from what has just gone into service the files that it follows from now on.
  void use(Staged& staged);

  std::vector<std::shared_ptr<const tls::Certificate>> certificates() const {
    return certificates_.served();
  }
  const CertificateWatch& certificate_watch() const noexcept { return certificates_; }

  /// Follows nothing any more.
  void rest();

  const LoadedMaps& maps() const noexcept { return maps_.maps(); }
  const LoadedCluster& cluster() const noexcept { return cluster_; }

 private:
  void each_hour();

  admin::Log& log_;
  MapFollower maps_;
  LoadedCluster cluster_;
  TicketFollower tickets_;
  CertificateWatch certificates_;
  FileRounds rounds_;
  net::Timer hour_;
};

}  // namespace postern::server
