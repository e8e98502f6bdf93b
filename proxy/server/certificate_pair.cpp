// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/certificate_pair.hpp"

#include <utility>

#include "proxy/server/certificates.hpp"

namespace postern::server {

std::vector<std::string> paths_of(const tls::CertificateFiles& files) {
  return {files.cert_file, files.key_file};
}

std::expected<CertificatePair, tls::Error> read_pair(const tls::CertificateFiles& files,
                                                     tls::KeyHolder* keys) {
  CertificatePair pair{.files = files,
                       .stamps = net::stamps_of(paths_of(files)),
                       .certificate = nullptr,
                       .staple = Staple(files.ocsp_file)};
  auto certificate = tls::Certificate::load(files, keys);
  if (!certificate) return std::unexpected(std::move(certificate.error()));
  pair.certificate = *std::move(certificate);
  return pair;
}

std::shared_ptr<const tls::Certificate> CertificatePair::shown() const {
  return certificate == nullptr ? nullptr : staple.on(certificate);
}

const std::string& blamed_file(const tls::Error& error, const tls::CertificateFiles& files) {
  return blamed(error, files) == "key_file" ? files.key_file : files.cert_file;
}

}  // namespace postern::server
