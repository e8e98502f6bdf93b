// SPDX-License-Identifier: Apache-2.0
#include "tls/leaf_facts.hpp"

#include <openssl/obj.h>
#include <openssl/pool.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdint>

#include "tls/certificate_parts.hpp"
#include "tls/failure.hpp"
#include "tls/leaf.hpp"

namespace postern::tls {
namespace {

constexpr const char* kTlsFeature = "1.3.6.1.5.5.7.1.24";

std::string hex_of(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 0x0F];
  }
  return text;
}

std::string digest_of(std::string_view der) {
  std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const std::uint8_t*>(der.data()), der.size(), digest.data());
  return hex_of({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

bool has_extension(const X509* cert, const char* name) {
  const bssl::UniquePtr<ASN1_OBJECT> wanted(OBJ_txt2obj(name, 1));
  return wanted != nullptr && X509_get_ext_by_OBJ(cert, wanted.get(), -1) >= 0;
}

}  // namespace

std::optional<LeafFacts> leaf_facts(std::string_view der) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(der.data());
  const bssl::UniquePtr<X509> cert(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())));
  if (cert == nullptr) {
    take_error();
    return std::nullopt;
  }
  X509* const leaf = cert.get();
  LeafFacts facts{.fingerprint = digest_of(der),
                  .not_before = to_time(X509_get0_notBefore(leaf)),
                  .not_after = to_time(X509_get0_notAfter(leaf)),
                  .names = subject_names(leaf).texts};
  facts.issued_itself = X509_check_issued(leaf, leaf) == X509_V_OK;
  facts.must_staple = has_extension(leaf, kTlsFeature);
  facts.for_servers = X509_check_purpose(leaf, X509_PURPOSE_SSL_SERVER, 0) == 1;
  facts.for_clients = X509_check_purpose(leaf, X509_PURPOSE_SSL_CLIENT, 0) == 1;
  return facts;
}

LeafFacts leaf_facts(const Certificate& certificate) {
  const CRYPTO_BUFFER* const der = certificate.parts().chain.front().get();
  return leaf_facts(
             {reinterpret_cast<const char*>(CRYPTO_BUFFER_data(der)), CRYPTO_BUFFER_len(der)})
      .value_or(LeafFacts{});
}

}  // namespace postern::tls
