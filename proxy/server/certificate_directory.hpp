// SPDX-License-Identifier: Apache-2.0
// The pairs of a `tls.cert_dir`: NAME.pem, with NAME.key or with the key in it, and certbot's
// NAME/fullchain.pem with NAME/privkey.pem.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <vector>

#include "tls/tls_settings.hpp"

namespace postern::server {

/// Each is held in memory once a listener.
inline constexpr std::size_t kMostPairs = 256;

struct DirectoryPairs {
  std::vector<tls::CertificateFiles> pairs;  // in the order of their names, kMostPairs at most
  std::size_t left_out = 0;                  // what is beyond
};

/// What stands there, whether it can be read or not; names that begin with a dot are passed over,
/// and so is what has neither form. On failure why the directory cannot be read.
[[nodiscard]] std::expected<DirectoryPairs, std::string> pairs_in(const std::string& directory);

/// What to watch, so that a new pair is noticed: the directory, and in each of its directories the
/// name that would make it a pair.
std::vector<std::string> paths_in(const std::string& directory);

}  // namespace postern::server
