#include "load/tls_client.hpp"

#include "wire/fatal.hpp"

namespace postern::bench {
namespace {

constexpr std::size_t kReadAhead = 65'536;

}  // namespace

TlsClient::TlsClient(const char* group) : context_(SSL_CTX_new(TLS_client_method())) {
  if (context_ == nullptr) fatal("SSL_CTX_new");
  const bool ok = SSL_CTX_set_min_proto_version(context_, TLS1_3_VERSION) == 1 &&
                  SSL_CTX_set_max_proto_version(context_, TLS1_3_VERSION) == 1 &&
                  SSL_CTX_set_ciphersuites(context_, "TLS_AES_128_GCM_SHA256") == 1 &&
                  SSL_CTX_set1_groups_list(context_, group) == 1;
  if (!ok) fatal("this OpenSSL cannot do what is measured");
  SSL_CTX_set_mode(context_, SSL_MODE_RELEASE_BUFFERS);
  // A server that hangs up without close_notify has ended all the same.
  SSL_CTX_set_options(context_, SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_read_ahead(context_, 1);
  SSL_CTX_set_default_read_buffer_len(context_, kReadAhead);
  SSL_CTX_set_session_cache_mode(context_,
                                 SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
  SSL_CTX_set_app_data(context_, this);
  SSL_CTX_sess_set_new_cb(context_, on_ticket);
}

TlsClient::~TlsClient() {
  SSL_SESSION_free(ticket_);
  SSL_CTX_free(context_);
}

int TlsClient::on_ticket(SSL* ssl, SSL_SESSION* ticket) {
  auto* const self = static_cast<TlsClient*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  SSL_SESSION_free(self->ticket_);
  self->ticket_ = ticket;
  return 1;
}

SSL* TlsClient::connection(int socket, bool resume) {
  SSL* const ssl = SSL_new(context_);
  if (ssl == nullptr || SSL_set_fd(ssl, socket) != 1) fatal("SSL_new");
  // The macro for this casts constness away.
  static char host[] = "localhost";
  SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host);
  if (resume && ticket_ != nullptr) {
    // A copy for each: what happens to one connection must not spoil the ticket of another.
    SSL_SESSION* const copy = SSL_SESSION_dup(ticket_);
    SSL_set_session(ssl, copy);
    SSL_SESSION_free(copy);
  }
  SSL_set_connect_state(ssl);
  return ssl;
}

}  // namespace postern::bench
