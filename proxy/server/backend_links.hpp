// SPDX-License-Identifier: Apache-2.0
// What it takes to reach the backends under TLS, loaded for a configuration: authorities that are
// trusted and certificates of ours. The same for `check`, for the start and for every reload.
#pragma once

#include <chrono>
#include <expected>
#include <vector>

#include "conf/reader.hpp"
#include "proxy/upstream/backend_link.hpp"
#include "tls/key_holder.hpp"

namespace postern::server {

struct LoadedLinks {
  std::vector<upstream::BackendLink> links;  // one for each backend, in order
  conf::Diagnostics warnings;
};

/// Reads all files, with keys of ours at the holder if there is one; on failure a diagnostic for
/// each that does not do.
[[nodiscard]] std::expected<LoadedLinks, conf::Diagnostics> load_links(
    const conf::Document& document, std::chrono::sys_seconds now, tls::KeyHolder* keys = nullptr);

}  // namespace postern::server
