// SPDX-License-Identifier: Apache-2.0
// The immutable set of everything a session needs from configuration. A session pins the one it was
// born with; a reload makes another.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "conf/lanes.hpp"
#include "conf/settings.hpp"
#include "policy/client_table.hpp"
#include "policy/network.hpp"
#include "policy/route.hpp"
#include "proxy/pop3/client_terms.hpp"
#include "proxy/session/user_maps.hpp"
#include "proxy/upstream/backend_plan.hpp"
#include "tls/context_slot.hpp"

namespace postern::cluster {
struct ClusterPlan;
}  // namespace postern::cluster

namespace postern::session {

/// One listener, ready to serve.
struct ListenerPlan {
  std::string name;
  conf::ListenerTls tls = conf::ListenerTls::kImplicit;
  pop3::ClientTerms terms;
  policy::RouteTable routes;                    // where its sessions go: to positions in `backends`
  std::shared_ptr<tls::ContextSlot> context;    // null only when `tls` is kNone
  std::vector<policy::Network> balancers = {};  // who must begin with a PROXY header; empty: none
};

struct Snapshot {
  std::vector<ListenerPlan> listeners;  // in the order of the configuration, and so are
  std::vector<upstream::BackendPlan> backends;
  std::vector<conf::Lanes> lanes = {};  // of the addresses that have several
  std::shared_ptr<const UserMaps> maps = std::make_shared<UserMaps>();  // that routes look into
  // By which mail programs are told apart.
  std::shared_ptr<const policy::ClientTable> clients = std::make_shared<policy::ClientTable>();
  conf::Timeouts timeouts;
  conf::Limits limits;
  std::shared_ptr<const cluster::ClusterPlan> cluster = nullptr;  // null: this machine is alone
};

}  // namespace postern::session
