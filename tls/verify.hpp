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

  /// Why they did not do, for the log; empty otherwise. See refusal_of().
  const std::string& failure() const noexcept { return failure_; }

  const std::string& name() const noexcept { return name_; }

 private:
  long judge_chain(STACK_OF(X509) * shown);
  long judge_key(const X509* leaf);
  long judge_shown(STACK_OF(X509) * shown);

  const Trust& trust_;
  std::string name_;
  std::string failure_;
};

}  // namespace postern::tls
