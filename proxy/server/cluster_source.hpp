// SPDX-License-Identifier: Apache-2.0
// What `[cluster]` names, read for a configuration as a whole: the key that all machines share, a
// password, and whom to trust.
#pragma once

#include <array>
#include <expected>
#include <memory>

#include "conf/reader.hpp"
#include "proxy/cluster/cluster_plan.hpp"
#include "proxy/net/file_stamp.hpp"

namespace postern::server {

struct LoadedCluster {
  conf::Cluster settings = {};
  std::array<net::FileStamp, 3> stamps = {};                   // of its files
  std::shared_ptr<const cluster::ClusterPlan> plan = nullptr;  // null: this machine is alone
};

/// Reads the files. What has not changed since `present` was read is taken from there, with the
/// connections that stand by it. On failure what is wrong, at the place of its key.
[[nodiscard]] std::expected<LoadedCluster, conf::Diagnostics> load_cluster(
    const conf::Document& document, const LoadedCluster& present);

}  // namespace postern::server
