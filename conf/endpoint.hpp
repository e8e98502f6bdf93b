// SPDX-License-Identifier: Apache-2.0
// A host and a port as written in the configuration: "10.0.0.12:110", "[::]:995", "mail.lan:110".
// Where something is listened on, it may also be the name of a socket that a service manager has
// opened: "systemd:pop3s".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postern::conf {

struct Endpoint {
  std::string host;  // without brackets
  std::uint16_t port = 0;

  bool operator==(const Endpoint&) const = default;
};

/// The endpoint that a text names, or empty when it is none. A port is required; an IPv6 address
/// needs its brackets.
std::optional<Endpoint> endpoint_from(std::string_view text);

/// What stands for sockets of that name, whose addresses the service manager knows; or empty when
/// `text` is no such name, of ASCII that can be seen without a colon (systemd.socket(5)).
std::optional<Endpoint> passed_from(std::string_view text);

/// The name of passed_from(), without "systemd:"; empty for a host.
std::optional<std::string_view> passed_name(const Endpoint& endpoint) noexcept;

/// "HOST:PORT", with brackets around an IPv6 address; or "systemd:NAME".
std::string to_string(const Endpoint& endpoint);

/// Whether the host is an IPv4 or IPv6 literal, so that no resolver is needed.
bool is_address(const Endpoint& endpoint) noexcept;

/// Whether both name the same address and port, however they are spelled ("[::0]:1", "[::]:1").
bool same_address(const Endpoint& a, const Endpoint& b) noexcept;

/// Whether the host is 127.0.0.0/8, ::1 or "localhost".
bool is_loopback(const Endpoint& endpoint) noexcept;

}  // namespace postern::conf
