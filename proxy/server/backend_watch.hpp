// SPDX-License-Identifier: Apache-2.0
// The health checks of the backends in service, on the supervisor's loop: once for the process, and
// not once for each worker.
#pragma once

#include <memory>

#include "proxy/net/resolver.hpp"
#include "proxy/session/snapshot.hpp"
#include "proxy/transport/buffers.hpp"
#include "proxy/upstream/health_rounds.hpp"

namespace postern::server {

class BackendWatch {
 public:
  /// Both must outlive it.
  BackendWatch(net::Loop& loop, upstream::News& news)
      : buffers_(std::make_unique<transport::Buffers>()),
        resolver_(loop),
        rounds_({loop, *buffers_, resolver_, news}) {}

  /// From now on those of this snapshot.
  void use(std::shared_ptr<const session::Snapshot> snapshot) {
    const session::Snapshot& plans = *snapshot;
    rounds_.look_after(std::move(snapshot), plans.backends, plans.timeouts.connect);
  }
  void rest() noexcept { rounds_.rest(); }

 private:
  std::unique_ptr<transport::Buffers> buffers_;
  net::Resolver resolver_;
  upstream::HealthRounds rounds_;
};

}  // namespace postern::server
