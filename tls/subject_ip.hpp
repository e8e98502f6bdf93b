// SPDX-License-Identifier: Apache-2.0
// IP addresses as certificates hold them, which is as network bytes.
#pragma once

#include <string>
#include <string_view>

namespace postern::tls {

/// The network bytes of an IP literal, 4 or 16 of them; empty when it is not one. IPv6 may stand
/// in brackets.
std::string ip_bytes(std::string_view literal);

/// The text of an address of 4 or 16 bytes; empty for any other length.
std::string ip_text(std::string_view bytes);

}  // namespace postern::tls
