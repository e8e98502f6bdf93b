// SPDX-License-Identifier: Apache-2.0
// A certificate chain and its key as two files, and what they held when they were read.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/net/file_stamp.hpp"
#include "proxy/server/staple.hpp"
#include "tls/certificate.hpp"
#include "tls/error.hpp"
#include "tls/key_holder.hpp"
#include "tls/tls_settings.hpp"

namespace postern::server {

/// What is wrong with which of its files.
struct PairFault {
  std::string file;
  std::string why;
};

struct CertificatePair {
  tls::CertificateFiles files;
  net::FileStamps stamps;  // of paths_of(files), as they were before the reading
  std::shared_ptr<const tls::Certificate> certificate;  // null: one of a directory is no good
  Staple staple = Staple();
  std::optional<PairFault> fault = {};  // why there is no certificate

  /// As it is to be shown; null if there is none.
  std::shared_ptr<const tls::Certificate> shown() const;
};

std::vector<std::string> paths_of(const tls::CertificateFiles& files);

/// Reads it, at the start, for a reload and for a renewal; the holder takes the key if there is
/// one.
[[nodiscard]] std::expected<CertificatePair, tls::Error> read_pair(
    const tls::CertificateFiles& files, tls::KeyHolder* keys = nullptr);

/// The file that an error is about.
const std::string& blamed_file(const tls::Error& error, const tls::CertificateFiles& files);

}  // namespace postern::server
