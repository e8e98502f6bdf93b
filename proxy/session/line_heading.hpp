// SPDX-License-Identifier: Apache-2.0
// Who came, and where to: what every line about a session begins with.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "proxy/admin/log.hpp"
#include "proxy/net/address.hpp"
#include "proxy/transport/transport.hpp"

namespace postern::session {

struct Visit {
  std::string id;
  std::string_view listener;  // outlives the session
  net::Address peer;
  net::Address local;
  std::unique_ptr<const net::Address> balancer = nullptr;  // that has told both
};

/// Begins a line of now: who, where, and how the link is protected.
admin::LogEntry begin_line(const admin::Log& log, const Visit& visit,
                           const transport::Transport& downstream, conf::LogLevel level,
                           std::string_view event);

}  // namespace postern::session
