// SPDX-License-Identifier: Apache-2.0
// Says in the log when one place has come to have most of all sessions: a balancer that hides its
// clients, or a NAT, which the limits for one place would hit. Once for each such place.
#pragma once

#include <string>

#include "proxy/admin/log.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/server/lookout.hpp"

namespace postern::server {

class CrowdHint {
 public:
  /// Looks every minute from now on. All must outlive it.
  CrowdHint(net::Loop& loop, admin::Log& log, const Lookout& lookout);

 private:
  void look();
  void tell(const Overview& told);

  admin::Log& log_;
  const Lookout& lookout_;
  std::string told_;  // of which place it was said last
  net::Timer timer_;
};

}  // namespace postern::server
