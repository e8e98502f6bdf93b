// The immutable set of everything a session needs from configuration. A session pins the one it was
// born with; a reload makes another.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "conf/settings.hpp"
#include "proxy/pop3/backend_terms.hpp"
#include "proxy/pop3/client_terms.hpp"
#include "tls/context.hpp"

namespace postern::session {

/// One listener, ready to serve.
struct ListenerPlan {
  std::string name;
  conf::ListenerTls tls = conf::ListenerTls::kImplicit;
  pop3::ClientTerms terms;
  pop3::BackendTerms backend_terms;
  std::shared_ptr<const tls::Context> context;  // null only when `tls` is kNone
};

struct Snapshot {
  std::uint64_t generation = 0;
  conf::Live settings;
  std::vector<ListenerPlan> listeners;  // parallel to settings.listeners
};

}  // namespace postern::session
