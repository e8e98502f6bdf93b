// SPDX-License-Identifier: Apache-2.0
// A file of trusted certificates, as an administrator would name one; it goes with its object.
#pragma once

#include <string>
#include <string_view>

#include "tls/tls_settings.hpp"

namespace postern::testing {

class TrustFile {
 public:
  explicit TrustFile(std::string_view pem);
  ~TrustFile();
  TrustFile(const TrustFile&) = delete;
  TrustFile& operator=(const TrustFile&) = delete;

  const std::string& path() const { return path_; }
  /// Settings that trust it, and check all that there is.
  tls::ClientSettings settings() const;

 private:
  std::string path_;
};

}  // namespace postern::testing
