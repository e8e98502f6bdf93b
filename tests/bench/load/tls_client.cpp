// SPDX-License-Identifier: Apache-2.0
#include "load/tls_client.hpp"

#include "wire/fatal.hpp"

namespace postern::bench {
namespace {

// The certificate is the run's own, and every server's: checking it is not what is measured.
ssl_verify_result_t accept_certificate(SSL*, std::uint8_t*) { return ssl_verify_ok; }

}  // namespace

TlsClient::TlsClient(const char* group) : context_(SSL_CTX_new(TLS_with_buffers_method())) {
  if (context_ == nullptr) fatal("SSL_CTX_new");
  SSL_CTX* const context = context_.get();
  const bool ok = SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
                  SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1 &&
                  SSL_CTX_set1_curves_list(context, group) == 1;
  if (!ok) fatal("this BoringSSL cannot do what is measured");
  SSL_CTX_set_custom_verify(context, SSL_VERIFY_PEER, accept_certificate);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_set_app_data(context, this);
  SSL_CTX_sess_set_new_cb(context, on_ticket);
}

int TlsClient::on_ticket(SSL* ssl, SSL_SESSION* ticket) {
  auto* const self = static_cast<TlsClient*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  self->ticket_.reset(ticket);
  return 1;
}

bssl::UniquePtr<SSL> TlsClient::connection(bool resume) {
  bssl::UniquePtr<SSL> ssl(SSL_new(context_.get()));
  if (ssl == nullptr || SSL_set_tlsext_host_name(ssl.get(), "localhost") != 1) fatal("SSL_new");
  if (resume && ticket_ != nullptr) SSL_set_session(ssl.get(), ticket_.get());
  SSL_set_connect_state(ssl.get());
  return ssl;
}

bool TlsClient::is_comparable(const SSL* ssl) {
  const SSL_CIPHER* const cipher = SSL_get_current_cipher(ssl);
  return cipher != nullptr && SSL_CIPHER_get_id(cipher) == TLS1_CK_AES_128_GCM_SHA256;
}

}  // namespace postern::bench
