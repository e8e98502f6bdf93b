// SPDX-License-Identifier: Apache-2.0
#include "tls/verify.hpp"

#include <openssl/err.h>
#include <openssl/mem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

#include "policy/host_name.hpp"
#include "tls/must.hpp"
#include "tls/subject_ip.hpp"

namespace postern::tls {
namespace {

// Not a number of BoringSSL's, but it has one for what an application finds by itself.
constexpr long kWrongKey = X509_V_ERR_APPLICATION_VERIFICATION;

struct Words {
  long result;
  std::string_view text;
};

// What an administrator meets, in words that say what to look at.
constexpr std::array kReasons = std::to_array<Words>({
    {X509_V_ERR_CERT_HAS_EXPIRED, "has expired"},
    {X509_V_ERR_CERT_NOT_YET_VALID, "is not valid yet"},
    {X509_V_ERR_HOSTNAME_MISMATCH, "is for another name"},
    {X509_V_ERR_IP_ADDRESS_MISMATCH, "is for another address"},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "is signed by itself and not trusted"},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "comes from an authority that is not trusted"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, "comes from an authority that is not trusted"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "comes from an authority that is not trusted"},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, "comes from an authority that is not trusted"},
    {X509_V_ERR_INVALID_PURPOSE, "is not meant for servers"},
    {kWrongKey, "has another key than those that are pinned"},
});

using Shown = bssl::UniquePtr<STACK_OF(X509)>;

// As shown, the leaf first; null when one is no X.509.
Shown certificates_of(const SSL* ssl) {
  Shown shown(sk_X509_new_null());
  must(shown != nullptr, "sk_X509_new_null");
  const STACK_OF(CRYPTO_BUFFER)* const raw = SSL_get0_peer_certificates(ssl);
  for (std::size_t i = 0; i < sk_CRYPTO_BUFFER_num(raw); ++i) {
    bssl::UniquePtr<X509> cert(X509_parse_from_buffer(sk_CRYPTO_BUFFER_value(raw, i)));
    if (cert == nullptr) {
      return nullptr;
    }
    must(bssl::PushToStack(shown.get(), std::move(cert)), "sk_X509_push");
  }
  return sk_X509_num(shown.get()) == 0 ? nullptr : std::move(shown);
}

// RFC 6125 and RFC 9525: only the SAN counts, never the subject. An empty name would mean to
// BoringSSL that any will do.
long ask_for(X509_VERIFY_PARAM* param, const std::string& name) {
  if (const std::string ip = ip_bytes(name); !ip.empty()) {
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(ip.data());
    const bool ok = X509_VERIFY_PARAM_set1_ip(param, bytes, ip.size()) == 1;
    return ok ? X509_V_OK : X509_V_ERR_IP_ADDRESS_MISMATCH;
  }
  const std::string host = policy::canonical_host_name(name);
  X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  const bool ok = policy::is_host_name(host) &&
                  X509_VERIFY_PARAM_set1_host(param, host.data(), host.size()) == 1;
  return ok ? X509_V_OK : X509_V_ERR_HOSTNAME_MISMATCH;
}

long judge_chain(const Trust& trust, STACK_OF(X509) * shown, const std::string& name) {
  const bssl::UniquePtr<X509_STORE_CTX> check(X509_STORE_CTX_new());
  must(check &&
           X509_STORE_CTX_init(check.get(), trust.roots.get(), sk_X509_value(shown, 0), shown) ==
               1 &&
           X509_STORE_CTX_set_default(check.get(), "ssl_server") == 1,
       "X509_STORE_CTX_init");
  // Whatever the administrator put into the file is trusted, be it a server's own certificate.
  X509_STORE_CTX_set_flags(check.get(), X509_V_FLAG_PARTIAL_CHAIN);
  if (trust.verify == Verify::kFull) {
    const long asked = ask_for(X509_STORE_CTX_get0_param(check.get()), name);
    if (asked != X509_V_OK) {
      return asked;
    }
  }
  if (X509_verify_cert(check.get()) == 1) {
    return X509_V_OK;
  }
  const long error = X509_STORE_CTX_get_error(check.get());
  return error == X509_V_OK ? X509_V_ERR_UNSPECIFIED : error;
}

// SHA-256 of the SubjectPublicKeyInfo, as RFC 7469 section 2.4 has it.
long judge_key(const std::vector<Pin>& pins, const X509* leaf) {
  std::uint8_t* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(leaf), &der);
  if (size <= 0) {
    return kWrongKey;
  }
  const bssl::UniquePtr<std::uint8_t> owned(der);
  Pin found{};
  SHA256(der, static_cast<std::size_t>(size), found.data());
  return std::ranges::find(pins, found) == pins.end() ? kWrongKey : X509_V_OK;
}

long judge_shown(const Trust& trust, STACK_OF(X509) * shown, const std::string& name) {
  if (shown == nullptr) {
    return X509_V_ERR_UNSPECIFIED;
  }
  if (trust.roots != nullptr) {
    const long chain = judge_chain(trust, shown, name);
    if (chain != X509_V_OK) {
      return chain;
    }
  }
  return trust.pins.empty() ? X509_V_OK : judge_key(trust.pins, sk_X509_value(shown, 0));
}

ssl_verify_result_t on_certificates(SSL* ssl, std::uint8_t* alert) {
  return static_cast<Verification*>(SSL_get_app_data(ssl))->judge(ssl, *alert);
}

}  // namespace

ssl_verify_result_t Verification::judge(const SSL* ssl, std::uint8_t& alert) {
  if (trust_.verify == Verify::kNone && trust_.pins.empty()) {
    return ssl_verify_ok;
  }
  result_ = judge_shown(trust_, certificates_of(ssl).get(), name_);
  ERR_clear_error();
  if (result_ == X509_V_OK) {
    return ssl_verify_ok;
  }
  alert = static_cast<std::uint8_t>(SSL_alert_from_verify_result(result_));
  return ssl_verify_invalid;
}

std::string Verification::failure() const {
  if (result_ == X509_V_OK) {
    return {};
  }
  const auto* const found = std::ranges::find(kReasons, result_, &Words::result);
  if (found != kReasons.end()) {
    return "the certificate " + std::string(found->text);
  }
  return std::string("the certificate does not do: ") + X509_verify_cert_error_string(result_);
}

void configure_verification(SSL_CTX* ssl_context) {
  SSL_CTX_set_custom_verify(ssl_context, SSL_VERIFY_PEER, on_certificates);
}

}  // namespace postern::tls
