// SPDX-License-Identifier: Apache-2.0
// Listening sockets that were open before this process was: a service manager has passed them
// (socket activation), or the process whose place this one takes.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/net/address.hpp"
#include "proxy/net/descriptor.hpp"

namespace postern::server {

struct InheritedSocket {
  std::string name;        // that the service manager has for it; empty: it has none
  std::string configured;  // of a process before: listener and address as its file had them
  net::Address address;
  net::Descriptor socket;
};

/// With its address, and ready to be accepted from; or why it is of no use.
[[nodiscard]] std::expected<InheritedSocket, std::string> inherit(std::string name,
                                                                  std::string configured,
                                                                  net::Descriptor socket);

/// What the environment says of sockets that a service manager has passed to this process (`own` is
/// its number), as sd_listen_fds(3) has it; as many names as there are sockets. None when they are
/// meant for another process.
std::vector<std::string> names_of_passed_sockets(long own);

/// Takes them, once. What of them is of no use is closed, and said in `complaints`.
std::vector<InheritedSocket> take_passed_sockets(std::vector<std::string>& complaints);

}  // namespace postern::server
