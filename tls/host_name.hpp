// Names of hosts as TLS sees them: in SNI, in certificates, in configuration.
#pragma once

#include <string>
#include <string_view>

namespace postern::tls {

/// The longest name DNS has, and the most that is kept of what a client sends.
inline constexpr std::size_t kMaxHostName = 255;

/// Whether `name` is made of letters, digits, '-', '_' and '.', in labels of 1 to 63 bytes, and is
/// at most 255 long (RFC 1123; the underscore because clients do send it). One final dot is
/// allowed. Wildcards are not host names.
bool is_host_name(std::string_view name) noexcept;

/// The name as it is compared: lower case, without the final dot.
std::string canonical_host_name(std::string_view name);

/// The network bytes of an IP literal, 4 or 16 of them; empty when it is not one. IPv6 may stand
/// in brackets.
std::string ip_bytes(std::string_view literal);

/// The text of an address of 4 or 16 bytes; empty for any other length.
std::string ip_text(std::string_view bytes);

}  // namespace postern::tls
