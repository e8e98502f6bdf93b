// SPDX-License-Identifier: Apache-2.0
// A throw-away certificate authority, made in memory: for `postern demo` and for tests.
// Never for a name that anyone else should trust.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tls/certificate.hpp"

namespace postern::tls {

struct PemPair {
  std::string chain;
  std::string key;
};

class Authority {
 public:
  /// A new ECDSA P-256 root, valid for 30 days.
  explicit Authority(std::string_view common_name);
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  /// The root's certificate, to be trusted by a client.
  std::string root_pem() const;

  /// A server certificate for DNS names and IP literals, valid for 30 days.
  PemPair issue(const std::vector<std::string>& names, KeyType type = KeyType::kEcdsa) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace postern::tls
