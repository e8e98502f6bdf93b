// SPDX-License-Identifier: Apache-2.0
#include "tls/ocsp.hpp"

#include <openssl/asn1.h>
#include <openssl/bytestring.h>
#include <openssl/digest.h>
#include <openssl/err.h>
#include <openssl/mem.h>
#include <openssl/nid.h>
#include <openssl/obj.h>
#include <openssl/pool.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdint>
#include <utility>

#include "policy/date.hpp"
#include "tls/certificate_parts.hpp"
#include "tls/leaf.hpp"

namespace postern::tls {
namespace {

constexpr unsigned kContext = CBS_ASN1_CONTEXT_SPECIFIC;
constexpr unsigned kConstructed = CBS_ASN1_CONTEXT_SPECIFIC | CBS_ASN1_CONSTRUCTED;

// id-pkix-ocsp-basic, 1.3.6.1.5.5.7.48.1.1
constexpr std::array<std::uint8_t, 9> kBasic = {0x2b, 0x06, 0x01, 0x05, 0x05,
                                                0x07, 0x30, 0x01, 0x01};

// A responder's clock may be ahead of ours.
constexpr std::chrono::minutes kSkew{5};

struct Single {
  CBS hash;         // the algorithm's identifier
  CBS issuer_name;  // hashed
  CBS issuer_key;   // hashed
  CBS serial;
  unsigned status = 0;  // the tag
  std::chrono::sys_seconds this_update;
  std::optional<std::chrono::sys_seconds> next_update;
};

bool read_time(CBS* from, std::chrono::sys_seconds& time) {
  CBS element;
  if (CBS_get_asn1_element(from, &element, CBS_ASN1_GENERALIZEDTIME) != 1) return false;
  const std::uint8_t* data = CBS_data(&element);
  const bssl::UniquePtr<ASN1_GENERALIZEDTIME> read(
      d2i_ASN1_GENERALIZEDTIME(nullptr, &data, static_cast<long>(CBS_len(&element))));
  if (read == nullptr) return false;
  time = to_time(read.get());
  return time != std::chrono::sys_seconds{};
}

bool read_cert_id(CBS* from, Single& single) {
  CBS id;
  CBS algorithm;
  return CBS_get_asn1(from, &id, CBS_ASN1_SEQUENCE) == 1 &&
         CBS_get_asn1(&id, &algorithm, CBS_ASN1_SEQUENCE) == 1 &&
         CBS_get_asn1(&algorithm, &single.hash, CBS_ASN1_OBJECT) == 1 &&
         CBS_get_asn1(&id, &single.issuer_name, CBS_ASN1_OCTETSTRING) == 1 &&
         CBS_get_asn1(&id, &single.issuer_key, CBS_ASN1_OCTETSTRING) == 1 &&
         CBS_get_asn1(&id, &single.serial, CBS_ASN1_INTEGER) == 1 && CBS_len(&id) == 0;
}

bool read_single(CBS* from, Single& single) {
  CBS whole;
  CBS status;
  CBS next;
  int has_next = 0;
  if (CBS_get_asn1(from, &whole, CBS_ASN1_SEQUENCE) != 1 || !read_cert_id(&whole, single) ||
      CBS_get_any_asn1(&whole, &status, &single.status) != 1 ||
      !read_time(&whole, single.this_update) ||
      CBS_get_optional_asn1(&whole, &next, &has_next, kConstructed | 0) != 1) {
    return false;
  }
  if (has_next == 0) return true;
  std::chrono::sys_seconds until;
  if (!read_time(&next, until) || CBS_len(&next) != 0) return false;
  single.next_update = until;
  return true;
}

// Down to the list of answers (RFC 6960 section 4.2.1).
bool read_answers(CBS* basic, CBS* answers) {
  CBS whole;
  CBS data;
  CBS responder;
  unsigned who = 0;
  return CBS_get_asn1(basic, &whole, CBS_ASN1_SEQUENCE) == 1 &&
         CBS_get_asn1(&whole, &data, CBS_ASN1_SEQUENCE) == 1 &&
         CBS_get_optional_asn1(&data, nullptr, nullptr, kConstructed | 0) == 1 &&
         CBS_get_any_asn1(&data, &responder, &who) == 1 &&
         CBS_get_asn1(&data, nullptr, CBS_ASN1_GENERALIZEDTIME) == 1 &&
         CBS_get_asn1(&data, answers, CBS_ASN1_SEQUENCE) == 1;
}

std::string unsuccessful(std::uint8_t status) {
  constexpr std::array<std::string_view, 7> kWords = {
      "", "the request was malformed",    "an internal error", "try again later",
      "", "the request has to be signed", "unauthorized"};
  const std::string_view word = status < kWords.size() ? kWords[status] : std::string_view();
  return "the responder answered with an error" + (word.empty() ? "" : ": " + std::string(word));
}

// The list of answers of a successful response, or why there is none.
std::expected<CBS, std::string> answers_of(CBS der) {
  const std::unexpected<std::string> none("it is no OCSP response in DER");
  CBS response;
  CBS status;
  if (CBS_get_asn1(&der, &response, CBS_ASN1_SEQUENCE) != 1 || CBS_len(&der) != 0 ||
      CBS_get_asn1(&response, &status, CBS_ASN1_ENUMERATED) != 1 || CBS_len(&status) != 1) {
    return none;
  }
  if (*CBS_data(&status) != 0) return std::unexpected(unsuccessful(*CBS_data(&status)));
  CBS outer;
  CBS bytes;
  CBS type;
  CBS basic;
  CBS answers;
  if (CBS_get_asn1(&response, &outer, kConstructed | 0) != 1 ||
      CBS_get_asn1(&outer, &bytes, CBS_ASN1_SEQUENCE) != 1 ||
      CBS_get_asn1(&bytes, &type, CBS_ASN1_OBJECT) != 1 ||
      CBS_mem_equal(&type, kBasic.data(), kBasic.size()) != 1 ||
      CBS_get_asn1(&bytes, &basic, CBS_ASN1_OCTETSTRING) != 1 || !read_answers(&basic, &answers)) {
    return none;
  }
  return answers;
}

bssl::UniquePtr<X509> cert_at(const Certificate& certificate, std::size_t index) {
  const auto& chain = certificate.parts().chain;
  if (index >= chain.size()) return nullptr;
  return bssl::UniquePtr<X509>(X509_parse_from_buffer(chain[index].get()));
}

bool hashes_to(const EVP_MD* hash, const std::uint8_t* data, std::size_t size, const CBS& wanted) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  return EVP_Digest(data, size, digest.data(), &length, hash, nullptr) == 1 &&
         CBS_mem_equal(&wanted, digest.data(), length) == 1;
}

// The issuer's name, and its key where its certificate is at hand. A hash that is not known here
// is the client's to compare.
bool names_issuer(const Single& single, const X509* leaf, const X509* issuer) {
  const EVP_MD* const hash = EVP_get_digestbynid(OBJ_cbs2nid(&single.hash));
  if (hash == nullptr) return true;
  std::uint8_t* der = nullptr;
  const int size = i2d_X509_NAME(X509_get_issuer_name(leaf), &der);
  const bssl::UniquePtr<std::uint8_t> owned(der);
  if (size <= 0 || !hashes_to(hash, der, static_cast<std::size_t>(size), single.issuer_name)) {
    return false;
  }
  if (issuer == nullptr ||
      X509_check_issued(const_cast<X509*>(issuer), const_cast<X509*>(leaf)) != X509_V_OK) {
    return true;
  }
  const ASN1_BIT_STRING* const key = X509_get0_pubkey_bitstr(issuer);
  return hashes_to(hash, ASN1_STRING_get0_data(key),
                   static_cast<std::size_t>(ASN1_STRING_length(key)), single.issuer_key);
}

// Bytes of the INTEGER, as both sides have them in DER.
bool has_serial(const Single& single, const X509* leaf) {
  std::uint8_t* der = nullptr;
  const int size = i2d_ASN1_INTEGER(const_cast<ASN1_INTEGER*>(X509_get0_serialNumber(leaf)), &der);
  const bssl::UniquePtr<std::uint8_t> owned(der);
  if (size <= 0) return false;
  CBS element;
  CBS bytes;
  CBS_init(&element, der, static_cast<std::size_t>(size));
  return CBS_get_asn1(&element, &bytes, CBS_ASN1_INTEGER) == 1 &&
         CBS_mem_equal(&single.serial, CBS_data(&bytes), CBS_len(&bytes)) == 1;
}

std::expected<OcspAnswer, std::string> judged(const Single& single) {
  if (single.status == (kConstructed | 1)) {
    return std::unexpected("it says that the certificate is revoked; have a new one issued");
  }
  if (single.status != (kContext | 0)) {
    return std::unexpected("it says that the responder does not know the certificate");
  }
  return OcspAnswer{.this_update = single.this_update, .next_update = single.next_update};
}

}  // namespace

std::expected<OcspAnswer, std::string> read_ocsp(std::string_view der,
                                                 const Certificate& certificate) {
  CBS input;
  CBS_init(&input, reinterpret_cast<const std::uint8_t*>(der.data()), der.size());
  auto answers = answers_of(input);
  if (!answers) return std::unexpected(std::move(answers.error()));
  const auto leaf = cert_at(certificate, 0);
  const auto issuer = cert_at(certificate, 1);
  while (CBS_len(&*answers) != 0) {
    Single single;
    if (!read_single(&*answers, single)) {
      ERR_clear_error();
      return std::unexpected("it is no OCSP response in DER");
    }
    if (leaf != nullptr && has_serial(single, leaf.get()) &&
        names_issuer(single, leaf.get(), issuer.get())) {
      return judged(single);
    }
  }
  return std::unexpected("it is about another certificate");
}

std::optional<std::string> out_of_time(const OcspAnswer& answer, std::chrono::sys_seconds now) {
  if (answer.this_update > now + kSkew) {
    return "it is not valid before " + policy::minute_text(answer.this_update) + " UTC";
  }
  if (answer.next_update && now >= *answer.next_update) {
    return "its time was over on " + policy::minute_text(*answer.next_update) + " UTC";
  }
  return std::nullopt;
}

}  // namespace postern::tls
