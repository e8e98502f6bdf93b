// SPDX-License-Identifier: Apache-2.0
// Names of hosts, as configuration, SNI and certificates hold them.
#pragma once

#include <string>
#include <string_view>

namespace postern::policy {

/// Whether a text is a DNS name in labels of 1 to 63 letters, digits, '-' and '_' that neither
/// begin nor end with '-', at most 253 bytes of them (RFC 1035 section 2.3.4, RFC 1123 section 2.1;
/// the underscore because it is in use). One final dot, the root's, is allowed. A wildcard is none.
bool is_host_name(std::string_view text) noexcept;

/// Whether a text is such a name, or a wildcard: "*." and a name, which covers whatever has one
/// label in place of the star (RFC 9525 section 6.3).
bool is_host_pattern(std::string_view text) noexcept;

/// The name as it is compared: lower case, without the final dot.
std::string canonical_host_name(std::string_view name);

}  // namespace postern::policy
