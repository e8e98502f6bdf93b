// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/restart.hpp"

#include <fmt/format.h>

namespace postern::server {

conf::Diagnostics about_restart(const conf::Document& next, const conf::Startup& running) {
  conf::Diagnostics found;
  const auto compare = [&](const auto& wanted, const auto& present, std::string_view key) {
    if (wanted == present) return;
    found.push_back(conf::about(next, conf::Severity::kError, conf::mark_of(next, key),
                                fmt::format("`{}` has changed, which needs a restart", key)));
  };
  // Whole: one that is added does not compile before it is compared here.
  const auto& [workers, state_dir, isolate_keys] = next.settings.startup;
  compare(workers, running.workers, "server.workers");
  compare(state_dir, running.state_dir, "server.state_dir");
  compare(isolate_keys, running.isolate_keys, "security.isolate_keys");
  return found;
}

}  // namespace postern::server
