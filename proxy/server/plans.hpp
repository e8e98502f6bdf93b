// SPDX-License-Identifier: Apache-2.0
// From what was written to what is served: what clients are promised, what it takes to reach a
// backend, and which backend a listener's logins go to. The terms are the same for a session and
// for `postern explain`.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <string_view>
#include <vector>

#include "conf/settings.hpp"
#include "proxy/pop3/backend_terms.hpp"
#include "proxy/pop3/client_terms.hpp"
#include "proxy/session/snapshot.hpp"
#include "proxy/upstream/pool.hpp"
#include "tls/server_context.hpp"

namespace postern::server {

/// The terms of the listener of that index.
pop3::ClientTerms client_terms_for(const conf::Live& settings, std::size_t listener);

/// The terms of a backend of which nothing is known yet.
pop3::BackendTerms backend_terms_for(const conf::Backend& backend);

/// What a configuration's files held.
struct Loaded {
  tls::Credentials credentials = {};
  std::vector<upstream::BackendLink> links = {};  // in the order of the backends; or plain ones
  std::shared_ptr<const session::UserMaps> maps = std::make_shared<session::UserMaps>();
  std::string_view file = "postern.toml";  // its own name, for routes that have none
};

/// Plans for all listeners and backends, with what `pool` knows of these. `keys` must outlive the
/// snapshot. On failure a diagnostic for each listener that can have no TLS.
[[nodiscard]] std::expected<session::Snapshot, conf::Diagnostics> make_plans(
    const conf::Live& settings, const Loaded& loaded, const tls::TicketKeys& keys,
    const upstream::Pool& pool);

}  // namespace postern::server
