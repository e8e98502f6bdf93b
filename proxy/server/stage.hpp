// A configuration on its way into service: read, checked, certificates loaded, listeners opened,
// and nothing changed yet. The first start and every reload go through here.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "conf/reader.hpp"
#include "proxy/server/doors.hpp"
#include "proxy/session/snapshot.hpp"
#include "proxy/upstream/pool.hpp"
#include "tls/ticket_keys.hpp"

namespace postern::server {

struct Staged {
  conf::Document document;
  std::shared_ptr<const session::Snapshot> snapshot;
  std::vector<Door> doors;
  conf::Diagnostics warnings;
};

/// Why nothing can be put into service.
struct Refusal {
  enum class Cause {
    kConfiguration,  // the file, or what it names, has to be mended
    kSystem,         // the file is right, but an address cannot be listened on
  };

  Cause cause = Cause::kConfiguration;
  conf::Diagnostics diagnostics;
};

/// Reads the file and prepares everything that it asks for. On failure all diagnostics, and nothing
/// stays open. What `pool` knows goes into the snapshot; `keys` must outlive it.
[[nodiscard]] std::expected<Staged, Refusal> stage(const std::string& file, const Doors& doors,
                                                   const tls::TicketKeys& keys,
                                                   const upstream::Pool& pool);

}  // namespace postern::server
