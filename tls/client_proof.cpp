// SPDX-License-Identifier: Apache-2.0
#include "tls/client_proof.hpp"

#include <openssl/err.h>
#include <openssl/ex_data.h>
#include <openssl/x509.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "policy/must.hpp"
#include "tls/failure.hpp"
#include "tls/hello_bound.hpp"
#include "tls/leaf.hpp"
#include "tls/refusal.hpp"
#include "tls/server_context_parts.hpp"
#include "tls/shown_chain.hpp"

namespace postern::tls {
namespace {

using std::chrono::sys_seconds;

struct Judged {
  long result = X509_V_ERR_UNSPECIFIED;
  std::string why;       // unless the result is X509_V_OK,
  sys_seconds end = {};  // or when the first of the chain expires
};

void free_fault(void*, void* fault, CRYPTO_EX_DATA*, int, long, void*) {
  delete static_cast<std::string*>(fault);
}

// Only a connection that was refused has one, so nobody else pays for it.
int fault_index() {
  static const int kIndex = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, free_fault);
  return kIndex;
}

void keep_fault(SSL* ssl, std::string why) {
  delete static_cast<std::string*>(SSL_get_ex_data(ssl, fault_index()));
  auto fault = std::make_unique<std::string>(std::move(why));
  policy::must(SSL_set_ex_data(ssl, fault_index(), fault.release()) == 1, "SSL_set_ex_data");
}

std::size_t bytes_shown(const SSL* ssl) {
  const STACK_OF(CRYPTO_BUFFER)* const raw = SSL_get0_peer_certificates(ssl);
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < sk_CRYPTO_BUFFER_num(raw); ++i) {
    bytes += CRYPTO_BUFFER_len(sk_CRYPTO_BUFFER_value(raw, i));
  }
  return bytes;
}

sys_seconds earliest_end(const STACK_OF(X509) * chain) {
  sys_seconds end = sys_seconds::max();
  for (std::size_t i = 0; i < sk_X509_num(chain); ++i) {
    end = std::min(end, to_time(X509_get0_notAfter(sk_X509_value(chain, i))));
  }
  return end;
}

Judged judge_chain_of_client(STACK_OF(X509) * shown, X509_STORE* roots) {
  const bssl::UniquePtr<X509_STORE_CTX> check(X509_STORE_CTX_new());
  X509* const leaf = sk_X509_value(shown, 0);
  policy::must(check && X509_STORE_CTX_init(check.get(), roots, leaf, shown) == 1 &&
                   X509_STORE_CTX_set_default(check.get(), "ssl_client") == 1,
               "X509_STORE_CTX_init");
  // Whatever the administrator put into the file is trusted, be it a client's own certificate.
  X509_STORE_CTX_set_flags(check.get(), X509_V_FLAG_PARTIAL_CHAIN);
  X509_STORE_CTX_set_depth(check.get(), static_cast<int>(kMostClientChain));
  if (X509_verify_cert(check.get()) == 1) {
    return {.result = X509_V_OK,
            .why = {},
            .end = earliest_end(X509_STORE_CTX_get0_chain(check.get()))};
  }
  const long error = X509_STORE_CTX_get_error(check.get());
  const long result = error == X509_V_OK ? X509_V_ERR_UNSPECIFIED : error;
  const X509* const at = X509_STORE_CTX_get_current_cert(check.get());
  return {.result = result,
          .why = refusal_of_client(result, leaf, at == nullptr ? leaf : at),
          .end = {}};
}

Judged judge_client(const SSL* ssl, X509_STORE* roots) {
  const std::size_t count = sk_CRYPTO_BUFFER_num(SSL_get0_peer_certificates(ssl));
  if (count > kMostClientChain || bytes_shown(ssl) > kMostClientChainBytes) {
    return {.result = X509_V_ERR_CERT_CHAIN_TOO_LONG,
            .why = "the chain has " + std::to_string(count) + " certificates of " +
                   std::to_string(bytes_shown(ssl)) + " bytes, and may have " +
                   std::to_string(kMostClientChain) + " of " +
                   std::to_string(kMostClientChainBytes),
            .end = {}};
  }
  const ShownChain shown = shown_chain(ssl);
  if (shown == nullptr) {
    return {.result = X509_V_ERR_UNSPECIFIED, .why = "it cannot be read", .end = {}};
  }
  return judge_chain_of_client(shown.get(), roots);
}

// BoringSSL asks no more when a session is resumed. So none outlives what was looked at: after
// that a full handshake is made.
void end_session_at(SSL* ssl, sys_seconds end) {
  SSL_SESSION* const session = SSL_get_session(ssl);
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto left = std::max(std::chrono::seconds(0), end - now).count();
  const std::uint32_t most = SSL_SESSION_get_timeout(session);
  SSL_SESSION_set_timeout(session, static_cast<std::uint32_t>(std::min<std::int64_t>(most, left)));
}

ssl_verify_result_t on_client_certificates(SSL* ssl, std::uint8_t* alert) {
  const ServerContext::Parts& parts = context_parts(SSL_get_SSL_CTX(ssl));
  Judged judged = judge_client(ssl, parts.authorities->roots());
  ERR_clear_error();
  if (judged.result == X509_V_OK) {
    end_session_at(ssl, judged.end);
    return ssl_verify_ok;
  }
  keep_fault(ssl, "the client's certificate does not do: " + judged.why);
  *alert = static_cast<std::uint8_t>(SSL_alert_from_verify_result(judged.result));
  return ssl_verify_invalid;
}

int verify_mode(ClientAuth auth) {
  switch (auth) {
    case ClientAuth::kNone:
      return SSL_VERIFY_NONE;
    case ClientAuth::kRequest:
      return SSL_VERIFY_PEER;
    case ClientAuth::kRequire:
      return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  }
  std::unreachable();
}

}  // namespace

void configure_client_proof(SSL_CTX* ssl_context, ClientAuth auth,
                            const ClientAuthorities& authorities) {
  SSL_CTX_set_custom_verify(ssl_context, verify_mode(auth), on_client_certificates);
  SSL_CTX_set0_client_CAs(ssl_context, authorities.names().release());
  // The least that BoringSSL gives any message: a flight of certificates needs no more.
  SSL_CTX_set_max_cert_list(ssl_context, 16'384);
}

std::string fault_of_client(const SSL* ssl, std::uint32_t code) {
  const auto* const fault = static_cast<const std::string*>(SSL_get_ex_data(ssl, fault_index()));
  return fault != nullptr ? *fault : explain(code);
}

std::size_t hello_bound_for(const SSL* ssl) {
  return SSL_get_verify_mode(ssl) == SSL_VERIFY_NONE ? HelloBound::kMost
                                                     : HelloBound::kMostWithCertificates;
}

}  // namespace postern::tls
