// SPDX-License-Identifier: Apache-2.0
#include "tests/support/ocsp_response.hpp"

#include <openssl/bytestring.h>
#include <openssl/digest.h>
#include <openssl/mem.h>
#include <openssl/x509.h>

#include <array>
#include <catch2/catch.hpp>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "tls/certificate_parts.hpp"

namespace postern::testing {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr unsigned kTag0 = CBS_ASN1_CONTEXT_SPECIFIC | CBS_ASN1_CONSTRUCTED | 0;

void require(bool ok) {
  if (!ok) throw std::runtime_error("OCSP response");
}

unsigned tag_of(OcspStatus status) {
  switch (status) {
    case OcspStatus::kGood:
      return CBS_ASN1_CONTEXT_SPECIFIC | 0;
    case OcspStatus::kRevoked:
      return CBS_ASN1_CONTEXT_SPECIFIC | CBS_ASN1_CONSTRUCTED | 1;
    case OcspStatus::kUnknown:
      return CBS_ASN1_CONTEXT_SPECIFIC | 2;
  }
  std::unreachable();
}

std::vector<std::uint8_t> finished(bssl::ScopedCBB& cbb) {
  std::uint8_t* data = nullptr;
  std::size_t size = 0;
  require(CBB_finish(cbb.get(), &data, &size) == 1);
  const bssl::UniquePtr<std::uint8_t> owned(data);
  return {data, data + size};
}

void put(CBB* to, unsigned tag, Bytes bytes) {
  CBB inner;
  require(CBB_add_asn1(to, &inner, tag) == 1);
  require(CBB_add_bytes(&inner, bytes.data(), bytes.size()) == 1);
  require(CBB_flush(to) == 1);
}

void put(CBB* to, unsigned tag, const std::string& text) {
  put(to, tag, Bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

std::vector<std::uint8_t> sha1(Bytes bytes) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  require(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha1(), nullptr) == 1);
  return {digest.begin(), digest.begin() + size};
}

void put_cert_id(CBB* to, const tls::Certificate& certificate, const OcspSaid& said) {
  const bssl::UniquePtr<X509> leaf(X509_parse_from_buffer(certificate.parts().chain.front().get()));
  const bssl::UniquePtr<X509> issuer(
      X509_parse_from_buffer(certificate.parts().chain.back().get()));
  std::uint8_t* name = nullptr;
  const int name_size = i2d_X509_NAME(X509_get_issuer_name(leaf.get()), &name);
  const bssl::UniquePtr<std::uint8_t> owned_name(name);
  std::uint8_t* serial = nullptr;
  const int size = i2d_ASN1_INTEGER(X509_get_serialNumber(leaf.get()), &serial);
  const bssl::UniquePtr<std::uint8_t> owned(serial);
  const ASN1_BIT_STRING* const key = X509_get0_pubkey_bitstr(issuer.get());
  auto key_hash =
      sha1({ASN1_STRING_get0_data(key), static_cast<std::size_t>(ASN1_STRING_length(key))});
  if (said.other_issuer) key_hash[0] ^= 1;
  CBB id;
  CBB algorithm;
  require(CBB_add_asn1(to, &id, CBS_ASN1_SEQUENCE) == 1);
  require(CBB_add_asn1(&id, &algorithm, CBS_ASN1_SEQUENCE) == 1);
  constexpr std::array<std::uint8_t, 5> kSha1 = {0x2b, 0x0e, 0x03, 0x02, 0x1a};
  put(&algorithm, CBS_ASN1_OBJECT, kSha1);
  put(&id, CBS_ASN1_OCTETSTRING, sha1({name, static_cast<std::size_t>(name_size)}));
  put(&id, CBS_ASN1_OCTETSTRING, key_hash);
  std::vector<std::uint8_t> number(serial, serial + size);
  if (said.other_serial) number.back() ^= 1;
  require(CBB_add_bytes(&id, number.data(), number.size()) == 1);
  require(CBB_flush(to) == 1);
}

// BasicOCSPResponse, without a signature that would be good.
std::vector<std::uint8_t> basic(const tls::Certificate& certificate, const OcspSaid& said) {
  bssl::ScopedCBB cbb;
  require(CBB_init(cbb.get(), 512) == 1);
  CBB whole;
  CBB data;
  CBB responder;
  CBB answers;
  CBB one;
  require(CBB_add_asn1(cbb.get(), &whole, CBS_ASN1_SEQUENCE) == 1);
  require(CBB_add_asn1(&whole, &data, CBS_ASN1_SEQUENCE) == 1);
  require(CBB_add_asn1(&data, &responder, CBS_ASN1_CONTEXT_SPECIFIC | CBS_ASN1_CONSTRUCTED | 2) ==
          1);
  put(&responder, CBS_ASN1_OCTETSTRING, std::string(20, 'k'));
  put(&data, CBS_ASN1_GENERALIZEDTIME, said.from);
  require(CBB_add_asn1(&data, &answers, CBS_ASN1_SEQUENCE) == 1);
  require(CBB_add_asn1(&answers, &one, CBS_ASN1_SEQUENCE) == 1);
  put_cert_id(&one, certificate, said);
  put(&one, tag_of(said.status), std::string());
  put(&one, CBS_ASN1_GENERALIZEDTIME, said.from);
  if (!said.until.empty()) {
    CBB next;
    require(CBB_add_asn1(&one, &next, kTag0) == 1);
    put(&next, CBS_ASN1_GENERALIZEDTIME, said.until);
    require(CBB_flush(&one) == 1);  // while the inner one is there
  }
  require(CBB_flush(cbb.get()) == 1);
  return finished(cbb);
}

}  // namespace

std::string ocsp_response(const tls::Certificate& certificate, const OcspSaid& said) {
  bssl::ScopedCBB cbb;
  require(CBB_init(cbb.get(), 512) == 1);
  CBB whole;
  CBB outer;
  CBB bytes;
  constexpr std::array<std::uint8_t, 9> kBasicType = {0x2b, 0x06, 0x01, 0x05, 0x05,
                                                      0x07, 0x30, 0x01, 0x01};
  require(CBB_add_asn1(cbb.get(), &whole, CBS_ASN1_SEQUENCE) == 1);
  put(&whole, CBS_ASN1_ENUMERATED, std::string(1, '\0'));
  require(CBB_add_asn1(&whole, &outer, kTag0) == 1);
  require(CBB_add_asn1(&outer, &bytes, CBS_ASN1_SEQUENCE) == 1);
  put(&bytes, CBS_ASN1_OBJECT, kBasicType);
  put(&bytes, CBS_ASN1_OCTETSTRING, basic(certificate, said));
  const auto der = finished(cbb);
  return {der.begin(), der.end()};
}

}  // namespace postern::testing
