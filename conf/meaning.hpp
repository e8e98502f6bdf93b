// SPDX-License-Identifier: Apache-2.0
// What a configuration means as a whole: values that are right alone and wrong together, and those
// that are allowed and unwise.
#pragma once

#include "conf/reading.hpp"

namespace postern::conf {

/// Reports on a decoded reading. Values that were refused before are not held against others.
void check_meaning(Reading& reading);

/// The parts of it.
void check_listeners(Reading& reading);
/// What listeners that share an address must have in common, and whose names are whose.
void check_lanes(Reading& reading);
void check_backends(Reading& reading);
/// Fills in the defaults, too, where there is TLS that they are for.
void check_backend_security(Reading& reading, std::size_t index);
void check_routes(Reading& reading);
/// Whether each of its addresses can be reached from one of those that it is reached from.
void check_source_addresses(Reading& reading, std::size_t index);
void check_warm(Reading& reading, std::size_t index);
/// Versions and profiles, of all listeners and of each that has its own.
void check_tls(Reading& reading);
/// The certificates of clients, and who can use them.
void check_client_auth(Reading& reading);
void check_policy(Reading& reading);
/// What clients are shown before TLS.
void check_before_tls(Reading& reading);
void check_limits(Reading& reading);
/// Where metrics are asked for: by whom, and whether a listener is there already.
void check_metrics(Reading& reading);
/// Where machines share what they know, and what protects that on its way.
void check_cluster(Reading& reading);
/// What the process keeps that it could give up.
void check_sandbox(Reading& reading);

}  // namespace postern::conf
