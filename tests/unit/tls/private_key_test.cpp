// SPDX-License-Identifier: Apache-2.0
#include "tls/private_key.hpp"

#include <openssl/bytestring.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>

#include <catch2/catch.hpp>

#include "tests/support/test_chain.hpp"

namespace postern::tls {
namespace {

using testing::Issue;
using testing::Issued;

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

bssl::UniquePtr<EVP_PKEY> public_half(const PrivateKey& key) {
  const std::string der = key.public_key();
  CBS cbs;
  CBS_init(&cbs, bytes_of(der).data(), der.size());
  return bssl::UniquePtr<EVP_PKEY>(EVP_parse_public_key(&cbs));
}

// Whether the signature is one over a message, of which the key was shown the digest.
bool verifies(EVP_PKEY* key, std::uint16_t scheme, const std::string& message,
              const std::string& signature) {
  bssl::ScopedEVP_MD_CTX context;
  EVP_PKEY_CTX* inner = nullptr;
  const EVP_MD* const md = SSL_get_signature_algorithm_digest(scheme);
  REQUIRE(EVP_DigestVerifyInit(context.get(), &inner, md, nullptr, key) == 1);
  if (SSL_is_signature_algorithm_rsa_pss(scheme) == 1) {
    REQUIRE(EVP_PKEY_CTX_set_rsa_padding(inner, RSA_PKCS1_PSS_PADDING) == 1);
    REQUIRE(EVP_PKEY_CTX_set_rsa_pss_saltlen(inner, -1) == 1);
  }
  return EVP_DigestVerify(context.get(), bytes_of(signature).data(), signature.size(),
                          bytes_of(message).data(), message.size()) == 1;
}

std::string digest_of(const std::string& message, std::uint16_t scheme) {
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  REQUIRE(EVP_Digest(message.data(), message.size(), reinterpret_cast<std::uint8_t*>(digest.data()),
                     &size, SSL_get_signature_algorithm_digest(scheme), nullptr) == 1);
  digest.resize(size);
  return digest;
}

TEST_CASE("each scheme of a key's kind is signed by, and no other") {
  const Issued rsa("RSA", nullptr, {.rsa_bits = 2048});
  const Issued ecdsa("ECDSA");
  const auto key_of = [](const Issued& issued) {
    return PrivateKey::parse(issued.key_pem(), "key.pem").value();
  };
  const std::string message = "what a handshake was";
  const std::uint16_t of_rsa = GENERATE(
      as<std::uint16_t>{}, SSL_SIGN_RSA_PKCS1_MD5_SHA1, SSL_SIGN_RSA_PKCS1_SHA1,
      SSL_SIGN_RSA_PKCS1_SHA256, SSL_SIGN_RSA_PKCS1_SHA384, SSL_SIGN_RSA_PKCS1_SHA512,
      SSL_SIGN_RSA_PSS_RSAE_SHA256, SSL_SIGN_RSA_PSS_RSAE_SHA384, SSL_SIGN_RSA_PSS_RSAE_SHA512);
  const auto key = key_of(rsa);
  const std::string digest = digest_of(message, of_rsa);
  const auto signature = key->sign(of_rsa, bytes_of(digest));
  REQUIRE(signature);
  CHECK(verifies(public_half(*key).get(), of_rsa, message, *signature));
  CHECK_FALSE(key->sign(of_rsa, bytes_of(digest.substr(1))));
  CHECK_FALSE(key_of(ecdsa)->sign(of_rsa, bytes_of(digest)));
  CHECK_FALSE(key->sign(SSL_SIGN_ED25519, bytes_of(message)));
  CHECK_FALSE(key->sign(0x1234, bytes_of(digest)));
}

TEST_CASE("a ciphertext for an RSA key is decrypted, its padding left alone") {
  const Issued issued("RSA", nullptr, {.rsa_bits = 2048});
  const auto key = PrivateKey::parse(issued.key_pem(), "key.pem").value();
  const auto theirs = public_half(*key);
  RSA* const rsa = EVP_PKEY_get0_RSA(theirs.get());
  std::string ciphertext(RSA_size(rsa), '\0');
  std::size_t size = 0;
  const std::string secret(48, 's');
  REQUIRE(RSA_encrypt(rsa, &size, reinterpret_cast<std::uint8_t*>(ciphertext.data()),
                      ciphertext.size(), bytes_of(secret).data(), secret.size(),
                      RSA_PKCS1_PADDING) == 1);
  const auto plaintext = key->decrypt(bytes_of(ciphertext));
  REQUIRE(plaintext);
  CHECK(plaintext->size() == 256);
  CHECK(plaintext->starts_with(std::string("\0\2", 2)));
  CHECK(plaintext->ends_with('\0' + secret));
  CHECK_FALSE(key->decrypt(bytes_of(secret)));
  const Issued ecdsa("ECDSA");
  CHECK_FALSE(PrivateKey::parse(ecdsa.key_pem(), "").value()->decrypt(bytes_of(ciphertext)));
}

TEST_CASE("what is no key is named as ever") {
  const auto none = PrivateKey::parse("nothing", "key.pem");
  REQUIRE_FALSE(none);
  CHECK(none.error().text == "no private key in PEM (key.pem)");
  CHECK(certificates_in("nothing", "a.pem").error().text == "no certificate in PEM (a.pem)");
}

TEST_CASE("certificates come out of a file that has a key, too") {
  const Issued root("Root");
  const Issued leaf("pop.example.com", &root);
  const auto found =
      certificates_in(leaf.key_pem() + leaf.cert_pem() + root.cert_pem(), "both.pem").value();
  REQUIRE(found.certificates.size() == 2);
  CHECK(found.certificates[0] != found.certificates[1]);
  CHECK(found.certificates[0].front() == '\x30');
  CHECK(found.outline ==
        "-----BEGIN PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n");
}

}  // namespace
}  // namespace postern::tls
