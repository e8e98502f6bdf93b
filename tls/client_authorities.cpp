// SPDX-License-Identifier: Apache-2.0
#include "tls/client_authorities.hpp"

#include <openssl/err.h>
#include <openssl/mem.h>
#include <openssl/sha.h>

#include <cstddef>
#include <utility>

#include "policy/must.hpp"
#include "tls/file.hpp"
#include "tls/pem.hpp"

namespace postern::tls {
namespace {

// Of all names together: every handshake carries them, and a list of everybody helps nobody.
constexpr std::size_t kMostNameBytes = 8192;

bssl::UniquePtr<CRYPTO_BUFFER> subject_name_of(const X509* cert) {
  std::uint8_t* der = nullptr;
  const int size = i2d_X509_NAME(X509_get_subject_name(cert), &der);
  if (size <= 0) {
    return nullptr;
  }
  const bssl::UniquePtr<std::uint8_t> owned(der);
  return bssl::UniquePtr<CRYPTO_BUFFER>(
      CRYPTO_BUFFER_new(der, static_cast<std::size_t>(size), nullptr));
}

}  // namespace

std::expected<std::shared_ptr<const ClientAuthorities>, Error> ClientAuthorities::load(
    const std::string& path) {
  const auto text = read_pem(path);
  if (!text) {
    return std::unexpected(text.error());
  }
  const auto certs = parse_chain(*text, base_name(path));
  if (!certs) {
    return std::unexpected(certs.error());
  }
  std::shared_ptr<ClientAuthorities> made(new ClientAuthorities());
  made->roots_.reset(X509_STORE_new());
  policy::must(made->roots_ != nullptr, "X509_STORE_new");
  made->names_.reserve(certs->size());
  SHA256_CTX hash;
  SHA256_Init(&hash);
  for (const auto& each : *certs) {
    const bssl::UniquePtr<X509> root(X509_parse_from_buffer(each.get()));
    auto name = root == nullptr ? nullptr : subject_name_of(root.get());
    if (name == nullptr || X509_STORE_add_cert(made->roots_.get(), root.get()) != 1) {
      continue;
    }
    made->names_.push_back(std::move(name));
    SHA256_Update(&hash, CRYPTO_BUFFER_data(each.get()), CRYPTO_BUFFER_len(each.get()));
  }
  SHA256_Final(made->digest_.data(), &hash);
  ERR_clear_error();
  if (made->names_.empty()) {
    return std::unexpected(
        Error{ErrorKind::kCertificate, 0,
              "it holds no certificate that can be read (" + base_name(path) + ")"});
  }
  return made;
}

bssl::UniquePtr<STACK_OF(CRYPTO_BUFFER)> ClientAuthorities::names() const {
  bssl::UniquePtr<STACK_OF(CRYPTO_BUFFER)> list(sk_CRYPTO_BUFFER_new_null());
  policy::must(list != nullptr, "sk_CRYPTO_BUFFER_new_null");
  std::size_t bytes = 0;
  for (const auto& name : names_) {
    bytes += CRYPTO_BUFFER_len(name.get());
  }
  if (bytes > kMostNameBytes) {
    return list;
  }
  for (const auto& name : names_) {
    policy::must(bssl::PushToStack(list.get(), bssl::UpRef(name)), "sk_CRYPTO_BUFFER_push");
  }
  return list;
}

}  // namespace postern::tls
