// SPDX-License-Identifier: Apache-2.0
// The names of `listener.sni` against the certificates that clients will be shown for them.
#pragma once

#include "conf/reader.hpp"
#include "tls/server_context.hpp"

namespace postern::server {

/// A warning for each name that no certificate covers: whoever asks for it gets another name's.
conf::Diagnostics about_lane_names(const conf::Document& document,
                                   const tls::Certificates& certificates);

}  // namespace postern::server
