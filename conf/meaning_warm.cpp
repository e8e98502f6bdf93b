// SPDX-License-Identifier: Apache-2.0
// Connections that are made in advance: for whom they are not known to be yet, so there are
// settings that they cannot go with.
#include <fmt/format.h>

#include <algorithm>

#include "conf/meaning.hpp"
#include "policy/backend.hpp"

namespace postern::conf {
namespace {

bool is_one_address(const Backend& backend) {
  return backend.address.size() == 1 && is_address(backend.address.front());
}

}  // namespace

void check_warm(Reading& reading, std::size_t index) {
  const Backend& backend = reading.settings.live.backends[index];
  if (backend.warm == 0) return;
  const Mark mark = reading.mark_of(fmt::format("backend[{}].warm", index));
  if (policy::is_header(backend.client_address)) {
    reading.report.error(
        mark,
        "`backend.warm` is against a `backend.client_address` that is told by a PROXY header: with "
        "one, a connection is a client's from its first byte; write \"xclient\", or no `warm`");
  }
  if (backend.balance == policy::Balance::kHashUser && !is_one_address(backend)) {
    reading.report.error(mark,
                         "`backend.warm` is against `backend.balance` = \"hash-user\": whose a "
                         "connection will be is not known when it is made");
  }
  const std::uint32_t workers = std::max(reading.settings.startup.workers, 1U);
  if (backend.max_connections == 0 || backend.warm * workers < backend.max_connections) return;
  reading.report.warning(
      "backend-warm", mark,
      fmt::format("the connections of `backend.warm` alone, for each worker, are all of "
                  "`backend.max_connections` ({}); logins make them give way",
                  backend.max_connections));
}

}  // namespace postern::conf
