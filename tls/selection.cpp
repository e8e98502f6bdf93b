// SPDX-License-Identifier: Apache-2.0
#include "tls/selection.hpp"

#include <openssl/nid.h>

#include <algorithm>
#include <array>
#include <utility>

#include "policy/host_name.hpp"
#include "tls/certificate_parts.hpp"

namespace postern::tls {
namespace {

constexpr std::array<std::uint16_t, 6> kRsaSchemes = {
    SSL_SIGN_RSA_PSS_RSAE_SHA256, SSL_SIGN_RSA_PSS_RSAE_SHA384, SSL_SIGN_RSA_PSS_RSAE_SHA512,
    SSL_SIGN_RSA_PKCS1_SHA256,    SSL_SIGN_RSA_PKCS1_SHA384,    SSL_SIGN_RSA_PKCS1_SHA512};
// The schemes of PKCS #1 v1.5 sign no TLS 1.3 handshake (RFC 8446 section 4.2.3).
constexpr std::size_t kRsaSchemesTls13 = 3;
constexpr std::array<std::uint16_t, 3> kEcdsaSchemes = {SSL_SIGN_ECDSA_SECP256R1_SHA256,
                                                        SSL_SIGN_ECDSA_SECP384R1_SHA384,
                                                        SSL_SIGN_ECDSA_SECP521R1_SHA512};
constexpr std::array<std::uint16_t, 1> kEd25519Schemes = {SSL_SIGN_ED25519};

int rank_of(KeyType type) {
  switch (type) {
    case KeyType::kEcdsa:
      return 0;
    case KeyType::kEd25519:
      return 1;
    case KeyType::kRsa:
      return 2;
  }
  std::unreachable();
}

std::uint16_t ecdsa_scheme(int curve) {
  switch (curve) {
    case NID_X9_62_prime256v1:
      return SSL_SIGN_ECDSA_SECP256R1_SHA256;
    case NID_secp384r1:
      return SSL_SIGN_ECDSA_SECP384R1_SHA384;
    case NID_secp521r1:
      return SSL_SIGN_ECDSA_SECP521R1_SHA512;
    default:
      return 0;
  }
}

std::vector<std::uint16_t> suites_signed_by(const SSL_CTX* context, int auth_nid) {
  std::vector<std::uint16_t> suites;
  const STACK_OF(SSL_CIPHER)* offered = SSL_CTX_get_ciphers(context);
  for (std::size_t i = 0; i < sk_SSL_CIPHER_num(offered); ++i) {
    const SSL_CIPHER* cipher = sk_SSL_CIPHER_value(offered, i);
    // Key transport has no signature, but needs the RSA key all the same.
    const bool rsa_transport = SSL_CIPHER_get_kx_nid(cipher) == NID_kx_rsa;
    if (SSL_CIPHER_get_auth_nid(cipher) == auth_nid ||
        (rsa_transport && auth_nid == NID_auth_rsa)) {
      suites.push_back(SSL_CIPHER_get_protocol_id(cipher));
    }
  }
  return suites;
}

}  // namespace

Selection::Selection(const Certificates& certificates, const SSL_CTX* suites, Version max_version)
    : ecdsa_suites_(suites_signed_by(suites, NID_auth_ecdsa)),
      rsa_suites_(suites_signed_by(suites, NID_auth_rsa)),
      tls13_(max_version >= Version::kTls13) {
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    const Certificate& certificate = *certificates[i];
    const KeyType type = certificate.key_type();
    const Candidate candidate{i, rank_of(type), type, ecdsa_scheme(certificate.parts().curve)};
    const auto& names = certificate.names();
    for (const std::string& name : names) {
      by_name_[name].push_back(candidate);
    }
    const auto& first = certificates.front()->names();
    if (i == 0 || (!first.empty() && std::ranges::find(names, first.front()) != names.end())) {
      default_.push_back(candidate);
    }
  }
  const auto by_rank = [](Candidates& candidates) {
    std::ranges::stable_sort(candidates, {}, &Candidate::rank);
  };
  for (auto& [name, candidates] : by_name_) {
    by_rank(candidates);
  }
  // The first certificate is the one to fall back to, so it keeps its place among equals only.
  by_rank(default_);
}

std::size_t Selection::choose(const ClientHello& hello) const {
  const Candidates* candidates = find(hello.server_name());
  if (candidates == nullptr) {
    candidates = &default_;
  }
  const auto fits = [&](const Candidate& candidate) { return usable(candidate, hello); };
  const auto found = std::ranges::find_if(*candidates, fits);
  return found == candidates->end() ? candidates->front().index : found->index;
}

bool Selection::knows(std::string_view host_name) const { return find(host_name) != nullptr; }

const Selection::Candidates* Selection::find(std::string_view host_name) const {
  const std::string name = policy::canonical_host_name(host_name);
  if (const auto found = by_name_.find(name); found != by_name_.end()) {
    return &found->second;
  }
  const std::size_t dot = name.find('.');
  if (dot == std::string::npos) {
    return nullptr;
  }
  const auto found = by_name_.find("*" + name.substr(dot));
  return found == by_name_.end() ? nullptr : &found->second;
}

bool Selection::usable(const Candidate& candidate, const ClientHello& hello) const {
  const bool tls13 = tls13_ && hello.offers_tls13();
  const auto offers = [&](std::uint16_t suite) { return hello.offers_suite(suite); };
  const auto& suites = candidate.key == KeyType::kRsa ? rsa_suites_ : ecdsa_suites_;
  if (!tls13 && std::ranges::none_of(suites, offers)) {
    return false;
  }
  switch (candidate.key) {
    case KeyType::kRsa: {
      const std::span schemes(kRsaSchemes);
      return hello.accepts_any_signature(tls13 ? schemes.first(kRsaSchemesTls13) : schemes);
    }
    case KeyType::kEcdsa:
      return tls13 ? hello.accepts_any_signature({&candidate.ecdsa13, 1})
                   : hello.accepts_any_signature(kEcdsaSchemes);
    case KeyType::kEd25519:
      return hello.accepts_any_signature(kEd25519Schemes);
  }
  std::unreachable();
}

}  // namespace postern::tls
