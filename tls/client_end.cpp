// SPDX-License-Identifier: Apache-2.0
#include "tls/client_end.hpp"

#include "policy/host_name.hpp"
#include "policy/must.hpp"
#include "tls/server_fault.hpp"
#include "tls/subject_ip.hpp"

namespace postern::tls {

ClientEnd::ClientEnd(const ClientContext::Parts& context, std::string_view name)
    : context_(context), verification_(context.trust, name) {}

void ClientEnd::prepare(SSL* ssl) {
  policy::must(SSL_set_app_data(ssl, this) == 1, "SSL_set_app_data");
  const std::string& name = verification_.name();
  if (ip_bytes(name).empty() && policy::is_host_name(name)) {
    policy::must(SSL_set_tlsext_host_name(ssl, policy::canonical_host_name(name).c_str()) == 1,
                 "SSL_set_tlsext_host_name");
  }
  if (const auto session = context_.sessions.take(name)) {
    policy::must(SSL_set_session(ssl, session.get()) == 1, "SSL_set_session");
  }
  SSL_set_connect_state(ssl);
}

// A relayed record is nothing to look at.
void ClientEnd::settle(SSL* ssl) { SSL_set_msg_callback(ssl, nullptr); }

std::string ClientEnd::failure(std::uint32_t code) const {
  if (!verification_.failure().empty()) {
    return verification_.failure();
  }
  return fault_of_server(code, {.chosen = chosen_, .floor = context_.min_version});
}

// What a resumed session carries is looked at as if it had been shown: it may have expired, or the
// name may be another one.
void ClientEnd::configure(SSL_CTX* ssl_context) {
  SSL_CTX_set_custom_verify(ssl_context, SSL_VERIFY_PEER, on_certificates);
  SSL_CTX_set_reverify_on_resume(ssl_context, 1);
  SSL_CTX_set_session_cache_mode(ssl_context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(ssl_context, on_session);
  SSL_CTX_set_msg_callback(ssl_context, on_message);
}

ClientEnd& ClientEnd::of(const SSL* ssl) { return *static_cast<ClientEnd*>(SSL_get_app_data(ssl)); }

ssl_verify_result_t ClientEnd::on_certificates(SSL* ssl, std::uint8_t* alert) {
  return of(ssl).verification_.judge(ssl, *alert);
}

int ClientEnd::on_session(SSL* ssl, SSL_SESSION* session) {
  const ClientEnd& self = of(ssl);
  self.context_.sessions.put(self.verification_.name(), bssl::UniquePtr<SSL_SESSION>(session));
  return 1;  // it is ours now
}

// The server's hello (RFC 5246 section 7.4.1.3): type, length of three bytes, version. BoringSSL
// looks at it next, and would not tell which version it did not like.
void ClientEnd::on_message(int is_write, int, int type, const void* data, std::size_t size,
                           SSL* ssl, void*) {
  constexpr std::size_t kVersion = 4;
  const auto* const bytes = static_cast<const std::uint8_t*>(data);
  if (is_write != 0 || type != SSL3_RT_HANDSHAKE || size < kVersion + 2 ||
      bytes[0] != SSL3_MT_SERVER_HELLO) {
    return;
  }
  of(ssl).chosen_ = static_cast<std::uint16_t>(bytes[kVersion] << 8 | bytes[kVersion + 1]);
}

}  // namespace postern::tls
