// SPDX-License-Identifier: Apache-2.0
#include "tls/roots.hpp"

#include <openssl/err.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "policy/must.hpp"
#include "tls/file.hpp"
#include "tls/pem.hpp"

namespace postern::tls {
namespace {

// Where systems keep all their authorities in one file: it is read once, at the start. BoringSSL
// would look into a directory at every handshake.
constexpr std::array kSystemStores = {
    "/etc/ssl/certs/ca-certificates.crt",  // Debian, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",    // Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",              // openSUSE
    "/etc/ssl/cert.pem",                   // the BSDs
};

std::expected<std::string, Error> system_store() {
  const auto* const found =
      std::ranges::find_if(kSystemStores, [](const char* path) { return access(path, R_OK) == 0; });
  if (found == kSystemStores.end()) {
    return std::unexpected(Error{ErrorKind::kFile, 0,
                                 "the system has no file of trusted authorities; install its "
                                 "package ca-certificates, or name a file of your own"});
  }
  return *found;
}

std::size_t fill(X509_STORE* store, const Chain& chain) {
  std::size_t taken = 0;
  for (const auto& each : chain) {
    const bssl::UniquePtr<X509> root(X509_parse_from_buffer(each.get()));
    if (root != nullptr && X509_STORE_add_cert(store, root.get()) == 1) {
      ++taken;
    }
  }
  ERR_clear_error();
  return taken;
}

}  // namespace

std::expected<bssl::UniquePtr<X509_STORE>, Error> trusted_roots(const std::string& ca_file) {
  const auto path = ca_file.empty() ? system_store() : ca_file;
  if (!path) {
    return std::unexpected(path.error());
  }
  const auto text = read_pem(*path);
  if (!text) {
    return std::unexpected(text.error());
  }
  const auto chain = parse_chain(*text, base_name(*path));
  if (!chain) {
    return std::unexpected(chain.error());
  }
  bssl::UniquePtr<X509_STORE> store(X509_STORE_new());
  policy::must(store != nullptr, "X509_STORE_new");
  if (fill(store.get(), *chain) == 0) {
    return std::unexpected(
        Error{ErrorKind::kCertificate, 0,
              "it holds no certificate that can be read (" + base_name(*path) + ")"});
  }
  return store;
}

}  // namespace postern::tls
