// SPDX-License-Identifier: Apache-2.0
// What a configuration says of the machines that count together. A value; one lasts until a reload
// changes something about it.
#pragma once

#include <memory>
#include <string>

#include "proxy/cluster/cluster_keys.hpp"
#include "proxy/cluster/engine_settings.hpp"

namespace postern::cluster {

struct ClusterPlan {
  std::shared_ptr<const EngineSettings> engine;
  std::shared_ptr<const ClusterKeys> keys;
  std::string node;        // what this machine is called among them
  bool is_needed = false;  // nobody logs in while the engine is away
};

}  // namespace postern::cluster
