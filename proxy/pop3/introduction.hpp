// SPDX-License-Identifier: Apache-2.0
// The command by which a backend learns where a client comes from, before it is told who logs in.
// All that stands in it is postern's own: an address and a port as numbers, and the session's id.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "policy/backend.hpp"
#include "policy/ip_address.hpp"

namespace postern::pop3 {

struct Introduction {
  policy::IpAddress address;
  std::uint16_t port = 0;
  std::string_view session;  // letters and digits; the backend logs it beside its own
};

/// With its CRLF: "XCLIENT ADDR=… PORT=… SESSION=… TTL=5", as Dovecot's POP3 takes it (TTL counts
/// the proxies that may still follow), or "XOIP …", as Zimbra's nginx says it. Only for a way that
/// is a command.
std::string introduction_line(policy::ClientAddress way, const Introduction& client);

/// Whether a status line says that it was not taken. Dovecot says `+OK` and that it ignores it.
bool refuses_introduction(std::string_view reply) noexcept;

}  // namespace postern::pop3
