// SPDX-License-Identifier: Apache-2.0
// What a listener shows its clients of TLS: made for a configuration, and anew for each renewed
// certificate.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>

#include "conf/settings.hpp"
#include "proxy/session/snapshot.hpp"
#include "tls/error.hpp"
#include "tls/server_context.hpp"
#include "tls/ticket_keys.hpp"

namespace postern::server {

/// For the listener of that index, whose plan has its terms already. `keys` must outlive it.
[[nodiscard]] std::expected<std::shared_ptr<const tls::ServerContext>, tls::Error> context_for(
    const conf::Live& settings, const session::ListenerPlan& plan, std::size_t listener,
    const tls::Credentials& credentials, const tls::TicketKeys& keys);

}  // namespace postern::server
