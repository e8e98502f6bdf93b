// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/restart.hpp"

#include <fmt/format.h>

namespace postern::server {

std::vector<std::string_view> keys_for_restart(const conf::Startup& next,
                                               const conf::Startup& running) {
  std::vector<std::string_view> keys;
  const auto compare = [&](const auto& wanted, const auto& present, std::string_view key) {
    if (wanted != present) keys.push_back(key);
  };
  // Whole: one that is added does not compile before it is compared here.
  const auto& [workers, state_dir, isolate_keys, sandbox, user] = next;
  compare(workers, running.workers, "server.workers");
  compare(state_dir, running.state_dir, "server.state_dir");
  compare(isolate_keys, running.isolate_keys, "security.isolate_keys");
  compare(sandbox, running.sandbox, "security.sandbox");
  compare(user, running.user, "security.user");
  return keys;
}

conf::Diagnostics about_restart(const conf::Document& next, const conf::Startup& running) {
  conf::Diagnostics found;
  for (const std::string_view key : keys_for_restart(next.settings.startup, running)) {
    found.push_back(conf::about(next, conf::Severity::kWarning, conf::mark_of(next, key),
                                fmt::format("`{}` has changed, which needs a restart", key)));
  }
  return found;
}

}  // namespace postern::server
