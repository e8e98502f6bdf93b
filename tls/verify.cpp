// SPDX-License-Identifier: Apache-2.0
#include "tls/verify.hpp"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "policy/host_name.hpp"
#include "policy/must.hpp"
#include "tls/leaf.hpp"
#include "tls/refusal.hpp"
#include "tls/shown_chain.hpp"
#include "tls/subject_ip.hpp"

namespace postern::tls {
namespace {

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

}  // namespace

long Verification::judge_chain(STACK_OF(X509) * shown) {
  const bssl::UniquePtr<X509_STORE_CTX> check(X509_STORE_CTX_new());
  X509* const leaf = sk_X509_value(shown, 0);
  policy::must(check && X509_STORE_CTX_init(check.get(), trust_.roots.get(), leaf, shown) == 1 &&
                   X509_STORE_CTX_set_default(check.get(), "ssl_server") == 1,
               "X509_STORE_CTX_init");
  // Whatever the administrator put into the file is trusted, be it a server's own certificate.
  X509_STORE_CTX_set_flags(check.get(), X509_V_FLAG_PARTIAL_CHAIN);
  if (trust_.verify == Verify::kFull) {
    const long asked = ask_for(X509_STORE_CTX_get0_param(check.get()), name_);
    if (asked != X509_V_OK) {
      failure_ = refusal_of(asked, leaf, leaf, name_);
      return asked;
    }
  }
  if (X509_verify_cert(check.get()) == 1) {
    return X509_V_OK;
  }
  const long error = X509_STORE_CTX_get_error(check.get());
  const long result = error == X509_V_OK ? X509_V_ERR_UNSPECIFIED : error;
  const X509* const at = X509_STORE_CTX_get_current_cert(check.get());
  failure_ = refusal_of(result, leaf, at == nullptr ? leaf : at, name_);
  return result;
}

long Verification::judge_key(const X509* leaf) {
  const auto found = pin_of(leaf);
  if (found && std::ranges::find(trust_.pins, *found) != trust_.pins.end()) {
    return X509_V_OK;
  }
  failure_ = refusal_of(kWrongKey, leaf, leaf, name_);
  return kWrongKey;
}

long Verification::judge_shown(STACK_OF(X509) * shown) {
  if (shown == nullptr) {
    failure_ = "the server shows no certificate that can be read";
    return X509_V_ERR_UNSPECIFIED;
  }
  if (trust_.roots != nullptr) {
    const long chain = judge_chain(shown);
    if (chain != X509_V_OK) {
      return chain;
    }
  }
  return trust_.pins.empty() ? X509_V_OK : judge_key(sk_X509_value(shown, 0));
}

ssl_verify_result_t Verification::judge(const SSL* ssl, std::uint8_t& alert) {
  failure_.clear();
  if (trust_.verify == Verify::kNone && trust_.pins.empty()) {
    return ssl_verify_ok;
  }
  const long result = judge_shown(shown_chain(ssl).get());
  ERR_clear_error();
  if (result == X509_V_OK) {
    return ssl_verify_ok;
  }
  alert = static_cast<std::uint8_t>(SSL_alert_from_verify_result(result));
  return ssl_verify_invalid;
}

}  // namespace postern::tls
