// SPDX-License-Identifier: Apache-2.0
// What a configuration meets on this machine, beside the certificates: files that others may read
// or change, ports that are taken, backends that are this machine itself. The same for `check`, for
// the start and for every reload, where it makes sense there.
#pragma once

#include <optional>
#include <string>

#include "conf/reader.hpp"
#include "proxy/net/address.hpp"

namespace postern::server {

/// Warnings: a key that everybody may read, a key or a configuration that everybody may change.
conf::Diagnostics about_permissions(const conf::Document& document);

/// Warnings: paths that begin wherever the program is started.
conf::Diagnostics about_paths(const conf::Document& document);

/// The listener that takes what is sent to this address; null if none does, or it is no address of
/// this machine. What it points to is in `live`.
const conf::Listener* own_listener(const conf::Live& live, const net::Address& target);

/// The process that serves a configuration, as /proc calls it; empty where there is none that we
/// may see.
std::optional<std::string> server_of(const std::string& file);

/// Errors: a backend whose address is one of this machine's own, where a listener takes every
/// address and has the same port.
conf::Diagnostics about_own_addresses(const conf::Document& document);

/// Warnings: a `backend.source_address` that nothing can be called from, which may still come, as
/// one that moves between two machines does.
conf::Diagnostics about_source_addresses(const conf::Document& document);

/// Warnings: addresses on which another program listens. Silent about a postern that runs with the
/// same configuration.
conf::Diagnostics about_ports(const conf::Document& document);

}  // namespace postern::server
