// SPDX-License-Identifier: Apache-2.0
// All that can be said of a configuration without serving it: what it means, what its files hold,
// and what it meets on this machine. `check` tells it, and so does `doctor`.
#pragma once

#include <chrono>
#include <vector>

#include "conf/reader.hpp"
#include "proxy/upstream/backend_link.hpp"
#include "tls/server_context.hpp"

namespace postern::server {

struct Inspection {
  conf::Diagnostics diagnostics;                  // in the order of their places
  tls::Certificates certificates = {};            // empty when one of them cannot be loaded
  std::vector<upstream::BackendLink> links = {};  // one a backend; empty when one cannot be made
};

Inspection inspect(const conf::Document& document, std::chrono::sys_seconds now);

}  // namespace postern::server
