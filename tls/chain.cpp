// SPDX-License-Identifier: Apache-2.0
#include "tls/chain.hpp"

#include <openssl/nid.h>
#include <openssl/obj.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <optional>

namespace postern::tls {
namespace {

// CA/Browser Forum and RFC 9325 section 4.5.
constexpr unsigned kLeastRsaBits = 2048;

constexpr std::array kWeakSignatures = {
    NID_md2WithRSAEncryption,  NID_md4WithRSAEncryption, NID_md5WithRSAEncryption, NID_dsaWithSHA1,
    NID_sha1WithRSAEncryption, NID_sha1WithRSA,          NID_ecdsa_with_SHA1,
};

// As outside data it is printed with care.
std::string quoted_name(const X509_NAME* name) {
  std::array<char, 128> text{};
  auto* const mine = const_cast<X509_NAME*>(name);
  int size = -1;
  for (const int part : {NID_commonName, NID_organizationalUnitName, NID_organizationName}) {
    size = X509_NAME_get_text_by_NID(mine, part, text.data(), static_cast<int>(text.size()));
    if (size > 0) break;
  }
  std::string printable(text.data(), static_cast<std::size_t>(std::max(size, 0)));
  const auto odd = [](char c) { return c < ' ' || c > '~' || c == '"'; };
  std::ranges::replace_if(printable, odd, '?');
  return '"' + printable + '"';
}

std::string subject(const X509* cert) { return quoted_name(X509_get_subject_name(cert)); }
std::string issuer(const X509* cert) { return quoted_name(X509_get_issuer_name(cert)); }

std::string number(std::size_t index) { return "certificate " + std::to_string(index + 1); }

bool issued(const X509* issuer, const X509* cert) {
  return X509_check_issued(const_cast<X509*>(issuer), const_cast<X509*>(cert)) == X509_V_OK;
}

// Where its issuer's certificate can be fetched: what public authorities always say.
std::string issuer_address(const X509* cert) {
  const bssl::UniquePtr<AUTHORITY_INFO_ACCESS> places(static_cast<AUTHORITY_INFO_ACCESS*>(
      X509_get_ext_d2i(cert, NID_info_access, nullptr, nullptr)));
  if (places == nullptr) return {};
  for (std::size_t i = 0; i < sk_ACCESS_DESCRIPTION_num(places.get()); ++i) {
    const ACCESS_DESCRIPTION* place = sk_ACCESS_DESCRIPTION_value(places.get(), i);
    if (OBJ_obj2nid(place->method) != NID_ad_ca_issuers || place->location->type != GEN_URI) {
      continue;
    }
    const ASN1_STRING* text = place->location->d.uniformResourceIdentifier;
    std::string address(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                        static_cast<std::size_t>(ASN1_STRING_length(text)));
    const bool printable =
        std::ranges::all_of(address, [](char c) { return c > ' ' && c <= '~' && c != '"'; });
    if (printable && address.starts_with("http")) return address;
  }
  return {};
}

// An authority of one's own may have no intermediates; then it names no place where they are.
std::optional<std::string> missing_issuer(const Certs& chain) {
  const X509* leaf = chain.front().get();
  if (chain.size() > 1 || issued(leaf, leaf)) return std::nullopt;
  const std::string address = issuer_address(leaf);
  if (address.empty()) return std::nullopt;
  return "the certificate of its issuer " + issuer(leaf) +
         " is missing, and clients that do not know it refuse the chain; append it (it is at " +
         address + "), or take the file that has both, such as fullchain.pem";
}

std::optional<std::string> broken_link(const Certs& chain) {
  for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
    const X509* cert = chain[i].get();
    if (issued(chain[i + 1].get(), cert)) continue;
    if (issued(cert, cert)) return std::nullopt;  // a root: what comes after it hurts nobody
    const auto real = std::ranges::find_if(
        chain, [cert](const auto& each) { return each.get() != cert && issued(each.get(), cert); });
    if (real != chain.end()) {
      const auto place = static_cast<std::size_t>(real - chain.begin());
      return "the chain is out of order: " + number(place) + ", " + subject(real->get()) +
             ", issued " + number(i) +
             "; some clients refuse that; put each issuer right after what it issued";
    }
    return number(i + 1) + ", " + subject(chain[i + 1].get()) + ", did not issue " + number(i) +
           ", " + subject(cert) + "; put the certificate of " + issuer(cert) + " between them";
  }
  return std::nullopt;
}

std::optional<std::string> weak_key(const X509* cert, std::size_t index) {
  const bssl::UniquePtr<EVP_PKEY> key(X509_get_pubkey(const_cast<X509*>(cert)));
  if (key == nullptr || EVP_PKEY_id(key.get()) != EVP_PKEY_RSA) return std::nullopt;
  const auto bits = static_cast<unsigned>(EVP_PKEY_bits(key.get()));
  if (bits >= kLeastRsaBits) return std::nullopt;
  return number(index) + ", " + subject(cert) + ", has an RSA key of " + std::to_string(bits) +
         " bits, which clients refuse; have it issued again for a key of " +
         std::to_string(kLeastRsaBits) + " bits or more";
}

// A root's signature proves nothing to anybody.
std::optional<std::string> weak_signature(const X509* cert, std::size_t index) {
  const bool weak =
      std::ranges::find(kWeakSignatures, X509_get_signature_nid(cert)) != kWeakSignatures.end();
  if (!weak || issued(cert, cert)) return std::nullopt;
  return number(index) + ", " + subject(cert) +
         ", is signed with a hash that clients refuse (SHA-1 or older); have it issued again";
}

}  // namespace

std::size_t position_of(const EVP_PKEY* key, const Certs& chain) {
  const auto belongs = [key](const bssl::UniquePtr<X509>& cert) {
    const bssl::UniquePtr<EVP_PKEY> theirs(X509_get_pubkey(cert.get()));
    return theirs != nullptr && EVP_PKEY_cmp(theirs.get(), key) == 1;
  };
  return static_cast<std::size_t>(std::ranges::find_if(chain, belongs) - chain.begin());
}

std::vector<std::string> doubts_about(const Certs& chain) {
  std::vector<std::string> doubts;
  const auto add = [&doubts](std::optional<std::string> doubt) {
    if (doubt) doubts.push_back(std::move(*doubt));
  };
  add(missing_issuer(chain));
  add(broken_link(chain));
  for (std::size_t i = 0; i < chain.size(); ++i) {
    add(weak_key(chain[i].get(), i));
    add(weak_signature(chain[i].get(), i));
  }
  return doubts;
}

}  // namespace postern::tls
