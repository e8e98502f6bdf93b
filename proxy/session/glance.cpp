// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/glance.hpp"

#include "proxy/session/recognition.hpp"
#include "proxy/session/session.hpp"

namespace postern::session {

const std::string& Glance::id() const noexcept { return session_.journal_.visit().id; }
const std::string& Glance::user() const noexcept { return session_.dialogue_.user(); }
const net::Address& Glance::peer() const noexcept { return session_.journal_.visit().peer; }
std::string_view Glance::listener() const noexcept { return session_.journal_.visit().listener; }
State Glance::state() const noexcept { return session_.state(); }

SessionRow Glance::row() const {
  const Transport& client = session_.downstream_;
  const Reach& reach = session_.journal_.reach();
  const auto now = session_.environment_.loop.now();
  const auto age = now - session_.journal_.accepted();
  const bool relaying = session_.deadlines_.relaying();
  return {.id = id(),
          .user = user(),
          .ip = peer().ip(),
          .port = static_cast<std::uint16_t>(peer().port()),
          .listener = std::string(listener()),
          .tls = client.secured() ? std::string(client.agreement().version) : "-",
          .state = state(),
          .client = std::string(
              Recognition(*session_.snapshot_->clients, client, session_.dialogue_).name()),
          .backend = std::string(reach.backend()),
          .backend_address = reach.address(),
          .age = age,
          .idle = relaying ? now - session_.deadlines_.waiting_since() : age,
          .bytes_in = client.bytes_in(),
          .bytes_out = client.bytes_out()};
}

}  // namespace postern::session
