// SPDX-License-Identifier: Apache-2.0
#include "tls/authority.hpp"

#include <openssl/digest.h>
#include <openssl/ec_key.h>
#include <openssl/nid.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <utility>

#include "policy/must.hpp"
#include "tls/subject_ip.hpp"

namespace postern::tls {
namespace {

using Key = bssl::UniquePtr<EVP_PKEY>;
using Cert = bssl::UniquePtr<X509>;

constexpr long kHour = 60 * 60;
constexpr long kLifetime = 30 * 24 * kHour;
// The upper bound of a common name (RFC 5280 appendix A).
constexpr std::size_t kMaxCommonName = 64;

Key ec_key() {
  bssl::UniquePtr<EC_KEY> ec(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1));
  Key key(EVP_PKEY_new());
  policy::must(ec && key && EC_KEY_generate_key(ec.get()) == 1 &&
                   EVP_PKEY_set1_EC_KEY(key.get(), ec.get()) == 1,
               "EC key generation");
  return key;
}

Key rsa_key() {
  bssl::UniquePtr<RSA> rsa(RSA_new());
  bssl::UniquePtr<BIGNUM> exponent(BN_new());
  Key key(EVP_PKEY_new());
  policy::must(rsa && exponent && key && BN_set_word(exponent.get(), RSA_F4) == 1 &&
                   RSA_generate_key_ex(rsa.get(), 2048, exponent.get(), nullptr) == 1 &&
                   EVP_PKEY_set1_RSA(key.get(), rsa.get()) == 1,
               "RSA key generation");
  return key;
}

Key ed25519_key() {
  std::uint8_t seed[32];
  RAND_bytes(seed, sizeof seed);
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed, sizeof seed));
  OPENSSL_cleanse(seed, sizeof seed);
  policy::must(key != nullptr, "Ed25519 key generation");
  return key;
}

Key new_key(KeyType type) {
  switch (type) {
    case KeyType::kRsa:
      return rsa_key();
    case KeyType::kEcdsa:
      return ec_key();
    case KeyType::kEd25519:
      return ed25519_key();
  }
  std::unreachable();
}

void set_name(X509_NAME* name, std::string_view common_name) {
  policy::must(X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
                                          reinterpret_cast<const std::uint8_t*>(common_name.data()),
                                          static_cast<int>(common_name.size()), -1, 0) == 1,
               "common name");
}

// A certificate for `key` with everything but its issuer, extensions and signature.
Cert new_certificate(EVP_PKEY* key, std::string_view common_name) {
  Cert cert(X509_new());
  policy::must(cert != nullptr, "X509_new");
  std::uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<std::uint8_t*>(&serial), sizeof serial);
  bool ok = X509_set_version(cert.get(), X509_VERSION_3) == 1;
  // Positive and never 0 (RFC 5280 section 4.1.2.2).
  ok = ok && ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert.get()), serial >> 1 | 1) == 1;
  // An hour back, for clients whose clock is behind.
  ok = ok && X509_gmtime_adj(X509_getm_notBefore(cert.get()), -kHour) != nullptr;
  ok = ok && X509_gmtime_adj(X509_getm_notAfter(cert.get()), kLifetime) != nullptr;
  ok = ok && X509_set_pubkey(cert.get(), key) == 1;
  policy::must(ok, "certificate fields");
  if (!common_name.empty() && common_name.size() <= kMaxCommonName) {
    set_name(X509_get_subject_name(cert.get()), common_name);
  }
  return cert;
}

void add(X509* cert, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, cert, nullptr, nullptr, 0);
  const bssl::UniquePtr<X509_EXTENSION> extension(
      X509V3_EXT_nconf_nid(nullptr, &context, nid, value));
  policy::must(extension && X509_add_ext(cert, extension.get(), -1) == 1, "certificate extension");
}

bssl::UniquePtr<GENERAL_NAME> general_name(const std::string& name) {
  const std::string address = ip_bytes(name);
  const std::string& bytes = address.empty() ? name : address;
  bssl::UniquePtr<GENERAL_NAME> entry(GENERAL_NAME_new());
  ASN1_STRING* text =
      ASN1_STRING_type_new(address.empty() ? V_ASN1_IA5STRING : V_ASN1_OCTET_STRING);
  policy::must(
      entry && text && ASN1_STRING_set(text, bytes.data(), static_cast<int>(bytes.size())) == 1,
      "subjectAltName entry");
  GENERAL_NAME_set0_value(entry.get(), address.empty() ? GEN_DNS : GEN_IPADD, text);
  return entry;
}

// Made of its parts, not of a configuration string: a name with a comma stays one name.
void add_subject_names(X509* cert, const std::vector<std::string>& names) {
  bssl::UniquePtr<GENERAL_NAMES> entries(sk_GENERAL_NAME_new_null());
  policy::must(entries != nullptr, "subjectAltName");
  for (const std::string& name : names) {
    policy::must(bssl::PushToStack(entries.get(), general_name(name)), "subjectAltName");
  }
  // Critical when it is all the certificate says of its holder (RFC 5280 section 4.2.1.6).
  const bool only = X509_NAME_entry_count(X509_get_subject_name(cert)) == 0;
  policy::must(X509_add1_ext_i2d(cert, NID_subject_alt_name, entries.get(), only ? 1 : 0,
                                 X509V3_ADD_DEFAULT) == 1,
               "subjectAltName");
}

std::string text_of(BIO* bio) {
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;
  policy::must(BIO_mem_contents(bio, &data, &size) == 1, "BIO_mem_contents");
  return std::string(data, data + size);
}

std::string to_pem(X509* cert) {
  const bssl::UniquePtr<BIO> bio(BIO_new(BIO_s_mem()));
  policy::must(bio && PEM_write_bio_X509(bio.get(), cert) == 1, "PEM_write_bio_X509");
  return text_of(bio.get());
}

std::string to_pem(EVP_PKEY* key) {
  const bssl::UniquePtr<BIO> bio(BIO_new(BIO_s_mem()));
  policy::must(
      bio && PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
      "PEM_write_bio_PrivateKey");
  return text_of(bio.get());
}

}  // namespace

struct Authority::Parts {
  Key key;
  Cert root;
};

Authority::Authority(std::string_view common_name) : parts_(std::make_unique<Parts>()) {
  parts_->key = new_key(KeyType::kEcdsa);
  parts_->root = new_certificate(parts_->key.get(), common_name.substr(0, kMaxCommonName));
  X509* root = parts_->root.get();
  policy::must(X509_set_issuer_name(root, X509_get_subject_name(root)) == 1, "issuer name");
  add(root, root, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add(root, root, NID_key_usage, "critical,keyCertSign,cRLSign");
  add(root, root, NID_subject_key_identifier, "hash");
  policy::must(X509_sign(root, parts_->key.get(), EVP_sha256()) > 0, "X509_sign");
}

Authority::~Authority() = default;

std::string Authority::root_pem() const { return to_pem(parts_->root.get()); }

PemPair Authority::issue(const std::vector<std::string>& names, KeyType type) const {
  const Key key = new_key(type);
  const Cert cert = new_certificate(key.get(), names.empty() ? "" : names.front());
  X509* root = parts_->root.get();
  policy::must(X509_set_issuer_name(cert.get(), X509_get_subject_name(root)) == 1, "issuer name");
  add(cert.get(), root, NID_basic_constraints, "critical,CA:FALSE");
  // Key encipherment is for the suites without forward secrecy that only RSA has.
  add(cert.get(), root, NID_key_usage,
      type == KeyType::kRsa ? "critical,digitalSignature,keyEncipherment"
                            : "critical,digitalSignature");
  add(cert.get(), root, NID_ext_key_usage, "serverAuth");
  add(cert.get(), root, NID_subject_key_identifier, "hash");
  add(cert.get(), root, NID_authority_key_identifier, "keyid:always");
  add_subject_names(cert.get(), names);
  policy::must(X509_sign(cert.get(), parts_->key.get(), EVP_sha256()) > 0, "X509_sign");
  return {to_pem(cert.get()), to_pem(key.get())};
}

}  // namespace postern::tls
