// SPDX-License-Identifier: Apache-2.0
// What a server that is to be reached is offered, and what that leaves out, for those who have to
// find out why an old one wants nothing of it.
#pragma once

#include <cstdint>
#include <string>

#include "tls/tls_settings.hpp"

namespace postern::tls {

/// A sentence without its end, for the log: what is offered where `floor` is the oldest version
/// that we take, what is not, and what to do there.
std::string offer_of(Version floor);

/// A cipher suite as IANA calls it, be it one that BoringSSL does not know any more; its number
/// where nobody here knows it.
std::string suite_name(std::uint16_t suite);

}  // namespace postern::tls
