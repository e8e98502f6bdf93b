// SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_chain.hpp"

#include <openssl/digest.h>
#include <openssl/ec_key.h>
#include <openssl/nid.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <utility>

namespace postern::testing {
namespace {

void require(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(std::string("test chain: ") + what);
}

bssl::UniquePtr<EVP_PKEY> new_key(unsigned rsa_bits) {
  bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_new());
  if (rsa_bits == 0) {
    const bssl::UniquePtr<EC_KEY> ec(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1));
    require(EC_KEY_generate_key(ec.get()) == 1, "EC key");
    EVP_PKEY_set1_EC_KEY(key.get(), ec.get());
    return key;
  }
  const bssl::UniquePtr<RSA> rsa(RSA_new());
  const bssl::UniquePtr<BIGNUM> exponent(BN_new());
  BN_set_word(exponent.get(), RSA_F4);
  require(RSA_generate_key_ex(rsa.get(), static_cast<int>(rsa_bits), exponent.get(), nullptr) == 1,
          "RSA key");
  EVP_PKEY_set1_RSA(key.get(), rsa.get());
  return key;
}

void add(X509* cert, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, cert, nullptr, nullptr, 0);
  const bssl::UniquePtr<X509_EXTENSION> extension(
      X509V3_EXT_nconf_nid(nullptr, &context, nid, value.c_str()));
  require(extension && X509_add_ext(cert, extension.get(), -1) == 1, value.c_str());
}

std::string text_of(BIO* bio) {
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;
  BIO_mem_contents(bio, &data, &size);
  return std::string(data, data + size);
}

}  // namespace

Issued::Issued(const std::string& name, const Issued* issuer, const Issue& how)
    : Issued(name, new_key(how.rsa_bits), issuer, how) {}

Issued Issued::issued_by(const Issued& other) const {
  return {name_, bssl::UpRef(key_), &other, Issue{}};
}

Issued::Issued(const std::string& name, bssl::UniquePtr<EVP_PKEY> key, const Issued* issuer,
               const Issue& how)
    : name_(name), key_(std::move(key)), cert_(X509_new()) {
  X509* cert = cert_.get();
  X509* parent = issuer == nullptr ? cert : issuer->cert_.get();
  X509_set_version(cert, X509_VERSION_3);
  static std::uint64_t serial = 0;
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(cert), std::min(-how.age, how.ends_in - 3600));
  X509_gmtime_adj(X509_getm_notAfter(cert), how.ends_in);
  X509_set_pubkey(cert, key_.get());
  X509_NAME_add_entry_by_NID(X509_get_subject_name(cert), NID_commonName, MBSTRING_UTF8,
                             reinterpret_cast<const std::uint8_t*>(name.data()),
                             static_cast<int>(name.size()), -1, 0);
  X509_set_issuer_name(cert, X509_get_subject_name(parent));
  add(cert, parent, NID_basic_constraints, "critical,CA:TRUE");
  const std::string names = how.names == nullptr ? "DNS:" + name : how.names;
  if (!names.empty()) add(cert, parent, NID_subject_alt_name, names);
  if (how.usage != nullptr) add(cert, parent, NID_ext_key_usage, how.usage);
  add(cert, parent, NID_subject_key_identifier, "hash");
  add(cert, parent, NID_authority_key_identifier, "keyid:always");
  if (!how.issuer_at.empty()) add(cert, parent, NID_info_access, "caIssuers;URI:" + how.issuer_at);
  EVP_PKEY* signer = issuer == nullptr ? key_.get() : issuer->key_.get();
  require(X509_sign(cert, signer, how.digest) > 0, "signature");
}

std::string Issued::cert_pem() const {
  const bssl::UniquePtr<BIO> bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_X509(bio.get(), cert_.get()) == 1, "PEM");
  return text_of(bio.get());
}

std::array<std::uint8_t, 32> Issued::key_digest() const {
  std::uint8_t* der = nullptr;
  const int size = i2d_PUBKEY(key_.get(), &der);
  require(size > 0, "SubjectPublicKeyInfo");
  const bssl::UniquePtr<std::uint8_t> owned(der);
  std::array<std::uint8_t, 32> digest{};
  SHA256(der, static_cast<std::size_t>(size), digest.data());
  return digest;
}

std::string Issued::key_pem() const {
  const bssl::UniquePtr<BIO> bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr),
          "PEM");
  return text_of(bio.get());
}

}  // namespace postern::testing
