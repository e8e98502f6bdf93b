// SPDX-License-Identifier: Apache-2.0
#include "tls/client_end.hpp"

#include "policy/host_name.hpp"
#include "policy/must.hpp"
#include "tls/subject_ip.hpp"

namespace postern::tls {
namespace {

std::uint16_t number_at(std::span<const std::uint8_t> bytes, std::size_t at) noexcept {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

}  // namespace

ClientEnd::ClientEnd(const ClientContext::Parts& context, std::string_view name)
    : context_(context),
      verification_(context.trust, name),
      meeting_{.floor = context.min_version} {}

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
  return fault_of_server(code, meeting_);
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

// Servers that ask for certificates may fail where a session is resumed: OpenSSL does if nobody has
// told it a session id context, and Dovecot has not.
int ClientEnd::on_session(SSL* ssl, SSL_SESSION* session) {
  const ClientEnd& self = of(ssl);
  if (self.asked_) {
    return 0;
  }
  self.context_.sessions.put(self.verification_.name(), bssl::UniquePtr<SSL_SESSION>(session));
  return 1;  // it is ours now
}

// The server's hello (RFC 5246 section 7.4.1.3): type, length of three bytes, version, 32 bytes of
// chance, a session of so many bytes, cipher suite.
void ClientEnd::on_hello(std::span<const std::uint8_t> hello) noexcept {
  constexpr std::size_t kVersion = 4;
  constexpr std::size_t kSession = kVersion + 2 + 32;
  if (hello.size() <= kSession) {
    return;
  }
  meeting_.chosen = number_at(hello, kVersion);
  const std::size_t suite = kSession + 1 + hello[kSession];
  meeting_.suite = hello.size() < suite + 2 ? 0 : number_at(hello, suite);
}

// BoringSSL looks at it next, and would not tell what it did not like about it. The head of a
// record (RFC 8446 section 5.1) is type and version.
void ClientEnd::on_message(int is_write, int, int type, const void* data, std::size_t size,
                           SSL* ssl, void*) {
  const std::span bytes(static_cast<const std::uint8_t*>(data), size);
  if (is_write != 0 || size < 3) {
    return;
  }
  if (type == SSL3_RT_HANDSHAKE && bytes[0] == SSL3_MT_SERVER_HELLO) {
    of(ssl).on_hello(bytes);
  } else if (type == SSL3_RT_HANDSHAKE && bytes[0] == SSL3_MT_CERTIFICATE_REQUEST) {
    of(ssl).asked_ = true;
  } else if (type == SSL3_RT_HEADER && bytes[0] == SSL3_RT_ALERT) {
    of(ssl).meeting_.alerted = number_at(bytes, 1);
  }
}

}  // namespace postern::tls
