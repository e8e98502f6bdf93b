// SPDX-License-Identifier: Apache-2.0
#include "tls/private_key.hpp"

#include <openssl/bytestring.h>
#include <openssl/evp.h>
#include <openssl/mem.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>

#include <utility>

#include "policy/must.hpp"
#include "tls/failure.hpp"
#include "tls/pem.hpp"
#include "tls/pem_text.hpp"

namespace postern::tls {
namespace {

using Bytes = std::span<const std::uint8_t>;

std::uint8_t* writable(std::string& text) { return reinterpret_cast<std::uint8_t*>(text.data()); }

// RFC 8446 section 4.2.3: the salt is as long as the digest, which is what -1 stands for.
bool set_up(EVP_PKEY_CTX* context, std::uint16_t scheme, const EVP_MD* md) {
  if (EVP_PKEY_sign_init(context) != 1 || EVP_PKEY_CTX_set_signature_md(context, md) != 1) {
    return false;
  }
  if (SSL_is_signature_algorithm_rsa_pss(scheme) != 1) return true;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, -1) == 1;
}

std::optional<std::string> sign_digest(EVP_PKEY* key, std::uint16_t scheme, const EVP_MD* md,
                                       Bytes digest) {
  const bssl::UniquePtr<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(key, nullptr));
  std::string signature(static_cast<std::size_t>(EVP_PKEY_size(key)), '\0');
  std::size_t size = signature.size();
  if (context == nullptr || digest.size() != EVP_MD_size(md) ||
      !set_up(context.get(), scheme, md) ||
      EVP_PKEY_sign(context.get(), writable(signature), &size, digest.data(), digest.size()) != 1) {
    return std::nullopt;
  }
  signature.resize(size);
  return signature;
}

// Ed25519 signs no digest.
std::optional<std::string> sign_message(EVP_PKEY* key, Bytes message) {
  bssl::ScopedEVP_MD_CTX context;
  std::string signature(static_cast<std::size_t>(EVP_PKEY_size(key)), '\0');
  std::size_t size = signature.size();
  if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), writable(signature), &size, message.data(), message.size()) !=
          1) {
    return std::nullopt;
  }
  signature.resize(size);
  return signature;
}

}  // namespace

struct PrivateKey::Parts {
  bssl::UniquePtr<EVP_PKEY> key;
};

std::expected<std::unique_ptr<const PrivateKey>, Error> PrivateKey::parse(std::string_view pem,
                                                                          std::string_view label) {
  auto key = parse_key(pem, label);
  if (!key) return std::unexpected(key.error());
  auto parts = std::make_unique<Parts>(std::move(*key));
  return std::unique_ptr<const PrivateKey>(new PrivateKey(std::move(parts)));
}

PrivateKey::PrivateKey(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

PrivateKey::~PrivateKey() = default;

std::string PrivateKey::public_key() const {
  bssl::ScopedCBB cbb;
  std::uint8_t* der = nullptr;
  std::size_t size = 0;
  policy::must(CBB_init(cbb.get(), 512) == 1, "CBB_init");
  // A key of a kind that has no such form serves nobody either.
  if (EVP_marshal_public_key(cbb.get(), parts_->key.get()) != 1 ||
      CBB_finish(cbb.get(), &der, &size) != 1) {
    take_error();
    return {};
  }
  const bssl::UniquePtr<std::uint8_t> owned(der);
  return std::string(der, der + size);
}

std::optional<std::string> PrivateKey::sign(std::uint16_t scheme, Bytes bytes) const {
  EVP_PKEY* const key = parts_->key.get();
  if (SSL_get_signature_algorithm_key_type(scheme) != EVP_PKEY_id(key)) return std::nullopt;
  const EVP_MD* const md = SSL_get_signature_algorithm_digest(scheme);
  auto signature = md == nullptr ? sign_message(key, bytes) : sign_digest(key, scheme, md, bytes);
  if (!signature) take_error();
  return signature;
}

std::optional<std::string> PrivateKey::decrypt(Bytes ciphertext) const {
  RSA* const rsa = EVP_PKEY_get0_RSA(parts_->key.get());
  if (rsa == nullptr) return std::nullopt;
  std::string plaintext(RSA_size(rsa), '\0');
  std::size_t size = 0;
  if (RSA_decrypt(rsa, &size, writable(plaintext), plaintext.size(), ciphertext.data(),
                  ciphertext.size(), RSA_NO_PADDING) != 1) {
    take_error();
    return std::nullopt;
  }
  plaintext.resize(size);
  return plaintext;
}

std::expected<ToldCertificates, Error> certificates_in(std::string_view pem,
                                                       std::string_view label) {
  auto chain = parse_chain(pem, label);
  if (!chain) return std::unexpected(chain.error());
  ToldCertificates told;
  told.certificates.reserve(chain->size());
  for (const auto& link : *chain) {
    const auto* const data = reinterpret_cast<const char*>(CRYPTO_BUFFER_data(link.get()));
    told.certificates.emplace_back(data, CRYPTO_BUFFER_len(link.get()));
  }
  told.outline = outline_of(pem);
  return told;
}

std::string outline_of(std::string_view pem) {
  auto tidy = tidy_pem(pem, PemContent::kCertificates, {});
  if (!tidy) return {};
  std::string outline;
  std::string_view rest = *tidy;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    if (line.starts_with("-----BEGIN ")) outline.append(line).append("\n");
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  OPENSSL_cleanse(tidy->data(), tidy->size());
  return outline;
}

}  // namespace postern::tls
