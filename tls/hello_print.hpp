// SPDX-License-Identifier: Apache-2.0
// What a ClientHello looks like, so that it can be told which program it is of (RFC 8446 section
// 4.1.2). Not what is agreed because of it.
#pragma once

#include <openssl/ssl.h>

#include "policy/hello_shape.hpp"

namespace postern::tls {

/// A list that is cut short counts as far as it goes; BoringSSL refuses such a hello.
policy::HelloShape shape_of(const SSL_CLIENT_HELLO& hello) noexcept;

}  // namespace postern::tls
