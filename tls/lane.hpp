// SPDX-License-Identifier: Apache-2.0
// How a client is served, and, where several listeners share an address, which ways there are.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "policy/host_table.hpp"
#include "tls/server_context.hpp"
#include "tls/tls_settings.hpp"

namespace postern::tls {

struct Lane {
  std::shared_ptr<const ServerContext> context;
  // The oldest version that this client may use; below the context's own it brings the ciphers of
  // Settings::lowered_floor. Empty: as the context has it.
  std::optional<Version> floor = {};
};

/// The name that a client asks for decides between them. A name that is none's is refused.
struct Lanes {
  std::vector<Lane> all;  // the first one stands until the name is known
  // To positions in `all`; outlives the handshake. Null: there is only one lane.
  const policy::HostTable* names = nullptr;
};

}  // namespace postern::tls
