// SPDX-License-Identifier: Apache-2.0
// A datagram socket to a daemon of this machine, by the path that it listens on.
#pragma once

#include <expected>
#include <string_view>
#include <system_error>

#include "proxy/net/descriptor.hpp"

namespace postern::net {

/// A socket that does not block, joined to that path; fails where nobody listens on it.
[[nodiscard]] std::expected<Descriptor, std::error_code> local_datagram(std::string_view path);

}  // namespace postern::net
