// SPDX-License-Identifier: Apache-2.0
#include "tls/ocsp.hpp"

#include <openssl/bytestring.h>
#include <openssl/digest.h>
#include <openssl/mem.h>
#include <openssl/x509.h>

#include <array>
#include <catch2/catch.hpp>
#include <span>

#include "tests/support/test_chain.hpp"
#include "tls/certificate_parts.hpp"

namespace postern::testing {
namespace {

using Loaded = std::shared_ptr<const tls::Certificate>;
using Bytes = std::span<const std::uint8_t>;

constexpr unsigned kTag0 = CBS_ASN1_CONTEXT_SPECIFIC | CBS_ASN1_CONSTRUCTED | 0;
constexpr unsigned kGood = CBS_ASN1_CONTEXT_SPECIFIC | 0;
constexpr unsigned kRevoked = CBS_ASN1_CONTEXT_SPECIFIC | CBS_ASN1_CONSTRUCTED | 1;
constexpr unsigned kUnknown = CBS_ASN1_CONTEXT_SPECIFIC | 2;

// What a response is to say.
struct Said {
  unsigned status = kGood;
  std::string from = "20261101000000Z";
  std::string until = "20261108000000Z";  // empty: nothing
  bool other_serial = false;
  bool other_issuer = false;
};

std::vector<std::uint8_t> finished(bssl::ScopedCBB& cbb) {
  std::uint8_t* data = nullptr;
  std::size_t size = 0;
  REQUIRE(CBB_finish(cbb.get(), &data, &size) == 1);
  const bssl::UniquePtr<std::uint8_t> owned(data);
  return {data, data + size};
}

void put(CBB* to, unsigned tag, Bytes bytes) {
  CBB inner;
  REQUIRE(CBB_add_asn1(to, &inner, tag) == 1);
  REQUIRE(CBB_add_bytes(&inner, bytes.data(), bytes.size()) == 1);
  REQUIRE(CBB_flush(to) == 1);
}

void put(CBB* to, unsigned tag, const std::string& text) {
  put(to, tag, Bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

std::vector<std::uint8_t> sha1(Bytes bytes) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  REQUIRE(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha1(), nullptr) == 1);
  return {digest.begin(), digest.begin() + size};
}

void put_cert_id(CBB* to, const tls::Certificate& certificate, const Said& said) {
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
  REQUIRE(CBB_add_asn1(to, &id, CBS_ASN1_SEQUENCE) == 1);
  REQUIRE(CBB_add_asn1(&id, &algorithm, CBS_ASN1_SEQUENCE) == 1);
  constexpr std::array<std::uint8_t, 5> kSha1 = {0x2b, 0x0e, 0x03, 0x02, 0x1a};
  put(&algorithm, CBS_ASN1_OBJECT, kSha1);
  put(&id, CBS_ASN1_OCTETSTRING, sha1({name, static_cast<std::size_t>(name_size)}));
  put(&id, CBS_ASN1_OCTETSTRING, key_hash);
  std::vector<std::uint8_t> number(serial, serial + size);
  if (said.other_serial) number.back() ^= 1;
  REQUIRE(CBB_add_bytes(&id, number.data(), number.size()) == 1);
  REQUIRE(CBB_flush(to) == 1);
}

// BasicOCSPResponse, without a signature that would be good.
std::vector<std::uint8_t> basic(const tls::Certificate& certificate, const Said& said) {
  bssl::ScopedCBB cbb;
  REQUIRE(CBB_init(cbb.get(), 512) == 1);
  CBB whole;
  CBB data;
  CBB responder;
  CBB answers;
  CBB one;
  REQUIRE(CBB_add_asn1(cbb.get(), &whole, CBS_ASN1_SEQUENCE) == 1);
  REQUIRE(CBB_add_asn1(&whole, &data, CBS_ASN1_SEQUENCE) == 1);
  REQUIRE(CBB_add_asn1(&data, &responder, CBS_ASN1_CONTEXT_SPECIFIC | CBS_ASN1_CONSTRUCTED | 2) ==
          1);
  put(&responder, CBS_ASN1_OCTETSTRING, std::string(20, 'k'));
  put(&data, CBS_ASN1_GENERALIZEDTIME, said.from);
  REQUIRE(CBB_add_asn1(&data, &answers, CBS_ASN1_SEQUENCE) == 1);
  REQUIRE(CBB_add_asn1(&answers, &one, CBS_ASN1_SEQUENCE) == 1);
  put_cert_id(&one, certificate, said);
  put(&one, said.status, std::string());
  put(&one, CBS_ASN1_GENERALIZEDTIME, said.from);
  if (!said.until.empty()) {
    CBB next;
    REQUIRE(CBB_add_asn1(&one, &next, kTag0) == 1);
    put(&next, CBS_ASN1_GENERALIZEDTIME, said.until);
    REQUIRE(CBB_flush(&one) == 1);  // while the inner one is there
  }
  REQUIRE(CBB_flush(cbb.get()) == 1);
  return finished(cbb);
}

std::string response(const tls::Certificate& certificate, const Said& said = {}) {
  bssl::ScopedCBB cbb;
  REQUIRE(CBB_init(cbb.get(), 512) == 1);
  CBB whole;
  CBB outer;
  CBB bytes;
  constexpr std::array<std::uint8_t, 9> kBasicType = {0x2b, 0x06, 0x01, 0x05, 0x05,
                                                      0x07, 0x30, 0x01, 0x01};
  REQUIRE(CBB_add_asn1(cbb.get(), &whole, CBS_ASN1_SEQUENCE) == 1);
  put(&whole, CBS_ASN1_ENUMERATED, std::string(1, '\0'));
  REQUIRE(CBB_add_asn1(&whole, &outer, kTag0) == 1);
  REQUIRE(CBB_add_asn1(&outer, &bytes, CBS_ASN1_SEQUENCE) == 1);
  put(&bytes, CBS_ASN1_OBJECT, kBasicType);
  put(&bytes, CBS_ASN1_OCTETSTRING, basic(certificate, said));
  const auto der = finished(cbb);
  return {der.begin(), der.end()};
}

Loaded certificate() {
  const Issued root("root");
  const Issued leaf("a.example", &root);
  auto made = tls::Certificate::parse(leaf.cert_pem() + root.cert_pem(), leaf.key_pem(), "test");
  REQUIRE(made);
  return *made;
}

std::string fault(const std::string& der, const Loaded& of) {
  const auto answer = tls::read_ocsp(der, *of);
  return answer ? "" : answer.error();
}

constexpr std::chrono::sys_days kFrom = std::chrono::year(2026) / 11 / 1;

}  // namespace

TEST_CASE("a response about the leaf tells its time") {
  const Loaded of = certificate();
  const auto answer = tls::read_ocsp(response(*of), *of);
  REQUIRE(answer);
  CHECK(answer->this_update == kFrom);
  CHECK(answer->next_update == kFrom + std::chrono::days(7));
  CHECK_FALSE(tls::out_of_time(*answer, kFrom));
  CHECK_FALSE(tls::out_of_time(*answer, kFrom - std::chrono::minutes(5)));
  CHECK(tls::out_of_time(*answer, kFrom - std::chrono::minutes(6))
            .value()
            .starts_with("it is not valid before 2026-11-01 00:00"));
  CHECK(tls::out_of_time(*answer, kFrom + std::chrono::days(7))
            .value()
            .starts_with("its time was over on 2026-11-08 00:00"));
  const auto lasting = tls::read_ocsp(response(*of, {.until = ""}), *of);
  REQUIRE(lasting);
  CHECK_FALSE(tls::out_of_time(*lasting, kFrom + std::chrono::years(9)));
}

TEST_CASE("a response that says nothing good, or not of this leaf, is not for stapling") {
  const Loaded of = certificate();
  CHECK(fault(response(*of, {.status = kRevoked}), of).contains("is revoked"));
  CHECK(fault(response(*of, {.status = kUnknown}), of).contains("does not know"));
  CHECK(fault(response(*of, {.other_serial = true}), of) == "it is about another certificate");
  CHECK(fault(response(*of, {.other_issuer = true}), of) == "it is about another certificate");
  CHECK(fault(response(*certificate()), of) == "it is about another certificate");
  CHECK(fault(std::string("\x30\x03\x0a\x01\x03", 5), of) ==
        "the responder answered with an error: try again later");
  CHECK(fault(std::string("\x30\x03\x0a\x01\x09", 5), of) ==
        "the responder answered with an error");
}

TEST_CASE("what is no response, or half of one, is no response") {
  const Loaded of = certificate();
  const std::string whole = response(*of);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK(fault(whole.substr(0, size), of) == "it is no OCSP response in DER");
  }
  CHECK(fault(whole + "x", of) == "it is no OCSP response in DER");
  CHECK(fault("-----BEGIN CERTIFICATE-----", of) == "it is no OCSP response in DER");
  for (std::size_t place = 0; place < whole.size(); ++place) {
    std::string bent = whole;
    bent[place] = static_cast<char>(bent[place] ^ 0x55);
    fault(bent, of);  // whatever it says, it comes to an end
  }
  CHECK(fault(response(*of, {.from = "nonsense"}), of) == "it is no OCSP response in DER");
}

}  // namespace postern::testing
