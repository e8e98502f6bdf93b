// SPDX-License-Identifier: Apache-2.0
// Whether a server is who it should be: the chain it shows against roots, its name, its key.
#pragma once

#include <openssl/ssl.h>

#include <string>
#include <string_view>
#include <vector>

#include "tls/tls_settings.hpp"

namespace postern::tls {

/// What a client context asks of servers.
struct Trust {
  Verify verify = Verify::kFull;
  bssl::UniquePtr<X509_STORE> roots;  // null where no chain is looked at
  std::vector<Pin> pins;
};

/// The verdict on one connection's server, and the reasons.
class Verification {
 public:
  /// `trust` must outlive it. `name` is a host name or an IP literal; it counts for Verify::kFull.
  Verification(const Trust& trust, std::string_view name) : trust_(trust), name_(name) {}

  /// Judges the certificates that the server has shown; sets the alert to send if they do not do.
  ssl_verify_result_t judge(const SSL* ssl, std::uint8_t& alert);

  /// Why they did not do, for the log; empty otherwise. No bytes of the server in it.
  std::string failure() const;

 private:
  const Trust& trust_;
  std::string name_;
  long result_ = 0;  // X509_V_OK
};

/// Has the connections of this SSL_CTX judged by the Verification that is their app data.
void configure_verification(SSL_CTX* ssl_context);

}  // namespace postern::tls
