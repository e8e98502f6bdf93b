// SPDX-License-Identifier: Apache-2.0
// TLS of any kind, with whoever is there: to find out who that is.
#pragma once

#include <optional>
#include <string>

#include "conf/settings.hpp"
#include "proxy/upstream/backend_link.hpp"

namespace postern::doctor {

/// A link whose other end is believed anything, by that way and under that name, which may be
/// empty. Empty if BoringSSL cannot make one.
std::optional<upstream::BackendLink> any_tls(conf::BackendTls way, std::string server_name);

}  // namespace postern::doctor
