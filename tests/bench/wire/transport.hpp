// SPDX-License-Identifier: Apache-2.0
// What BoringSSL reads and writes when that is not simply a socket.
#pragma once

#include <openssl/ssl.h>

#include <span>
#include <string_view>

namespace postern::bench {

class Transport {
 public:
  virtual ~Transport() = default;

  /// How many bytes were taken or given; -1: none now, 0: none any more.
  virtual int read(std::span<char> into) = 0;
  virtual int write(std::string_view bytes) = 0;
};

/// From here on `ssl` reads and writes here; the transport must outlive it.
void attach(SSL* ssl, Transport& transport);

}  // namespace postern::bench
