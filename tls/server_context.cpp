// SPDX-License-Identifier: Apache-2.0
#include "tls/server_context.hpp"

#include <openssl/ssl.h>

#include <cstdint>
#include <string>

#include "policy/must.hpp"
#include "tls/alpn.hpp"
#include "tls/bio.hpp"
#include "tls/certificate_parts.hpp"
#include "tls/ciphers.hpp"
#include "tls/client_proof.hpp"
#include "tls/failure.hpp"
#include "tls/hello_print.hpp"
#include "tls/lane_choice.hpp"
#include "tls/server_context_parts.hpp"
#include "tls/session_ticket.hpp"

namespace postern::tls {
namespace {

ssl_select_cert_result_t on_client_hello(const SSL_CLIENT_HELLO* hello) {
  lent_to(hello->ssl).hello = shape_of(*hello);
  const ClientHello said(*hello);
  const Tier* tier = &tier_of(SSL_get_SSL_CTX(hello->ssl));
  if (LaneChoice* const choice = lane_choice(hello->ssl)) {
    tier = choice->enter(hello->ssl, said.server_name());
    if (tier == nullptr) return ssl_select_cert_success;  // on_server_name() has the right alert
  }
  tier = tier_by_version(hello->ssl, tier, said.newest_version());
  const std::size_t index = tier->selection->choose(said);
  const bool set = SSL_set_SSL_CTX(hello->ssl, tier->ssl_contexts[index].get()) != nullptr;
  return set ? ssl_select_cert_success : ssl_select_cert_error;
}

// RFC 6066 section 3. A name that is no host name covers nothing, so `reject` refuses it too.
int on_server_name(SSL* ssl, int* alert, void*) {
  if (const LaneChoice* const choice = lane_choice(ssl); choice != nullptr && !choice->chosen()) {
    *alert = SSL_AD_UNRECOGNIZED_NAME;
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  const Tier& tier = tier_of(SSL_get_SSL_CTX(ssl));
  const bool sent = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name) != nullptr;
  if (!sent || tier.selection->knows(server_name(ssl))) {
    return SSL_TLSEXT_ERR_OK;
  }
  if (tier.parts->sni_unknown == UnknownName::kReject) {
    *alert = SSL_AD_UNRECOGNIZED_NAME;
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  return SSL_TLSEXT_ERR_NOACK;
}

void hook(SSL_CTX* ssl_context, Tier& tier) {
  policy::must(SSL_CTX_set_app_data(ssl_context, &tier) == 1, "SSL_CTX_set_app_data");
  SSL_CTX_set_select_certificate_cb(ssl_context, on_client_hello);
  SSL_CTX_set_tlsext_servername_callback(ssl_context, on_server_name);
}

// RFC 6066 section 8: to clients that ask for it.
void staple(SSL_CTX* ssl_context, const std::string& response) {
  if (response.empty()) return;
  policy::must(
      SSL_CTX_set_ocsp_response(ssl_context, reinterpret_cast<const std::uint8_t*>(response.data()),
                                response.size()) == 1,
      "SSL_CTX_set_ocsp_response");
}

using Made = std::expected<bssl::UniquePtr<SSL_CTX>, Error>;

Made make(const Settings& settings, const Certificate& certificate, Tier& tier,
          std::string_view listener) {
  const ServerContext::Parts& parts = *tier.parts;
  // Certificates stay bytes: with this method no X509 object is made for a connection.
  bssl::UniquePtr<SSL_CTX> made(SSL_CTX_new(TLS_with_buffers_method()));
  policy::must(made != nullptr, "SSL_CTX_new");
  hook(made.get(), tier);
  configure_records(made.get());
  if (auto ok = configure_ciphers(made.get(), settings); !ok) {
    return std::unexpected(ok.error());
  }
  if (!show(made.get(), certificate)) {
    const std::uint32_t code = take_error();
    return std::unexpected(Error{ErrorKind::kLibrary, code, "certificate: " + explain(code)});
  }
  staple(made.get(), certificate.ocsp());
  configure_alpn(made.get(), settings.alpn);
  if (parts.authorities) {
    configure_client_proof(made.get(), settings.client_auth, *parts.authorities);
  }
  configure_tickets(made.get(), settings, {listener, certificate, parts.authorities.get()});
  return made;
}

// In its place among the parts, where BoringSSL's objects will look for it.
std::expected<void, Error> fill(Tier& tier, const ServerContext::Parts& parts,
                                const Settings& settings, std::string_view listener) {
  tier.parts = &parts;
  const auto versions = version_range(settings);
  if (!versions) return std::unexpected(versions.error());
  tier.versions = *versions;
  tier.ssl_contexts.reserve(parts.certificates.size());
  for (const auto& certificate : parts.certificates) {
    auto made = make(settings, *certificate, tier, listener);
    if (!made) return std::unexpected(made.error());
    tier.ssl_contexts.push_back(std::move(*made));
  }
  tier.selection = std::make_unique<const Selection>(
      parts.certificates, tier.ssl_contexts.front().get(), settings.max_version);
  return {};
}

// No listener has such a name, so no ticket of one tier is good for the other.
std::string lowered_name(std::string_view listener) { return std::string(listener) + "\nlowered"; }
std::string too_old_name(std::string_view listener) { return std::string(listener) + "\ntoo old"; }

// The tiers beside the usual one.
std::expected<void, Error> fill_others(ServerContext::Parts& parts, const Settings& settings,
                                       std::string_view listener) {
  if (settings.lowered_floor && *settings.lowered_floor < parts.usual.versions.min) {
    auto done = fill(parts.lowered.emplace(), parts, lowered(settings), lowered_name(listener));
    if (!done) return done;
  }
  if (settings.old_version == OldVersion::kRefuseHandshake) return {};
  return fill(parts.too_old.emplace(), parts, too_old(settings), too_old_name(listener));
}

}  // namespace

std::expected<std::shared_ptr<const ServerContext>, Error> ServerContext::create(
    const Settings& settings, Credentials credentials, const TicketKeys& keys,
    std::string_view listener) {
  if (credentials.certificates.empty()) {
    return std::unexpected(Error{ErrorKind::kCertificate, 0, "TLS needs at least one certificate"});
  }
  auto parts = std::make_unique<Parts>();
  parts->certificates = std::move(credentials.certificates);
  parts->keys = &keys;
  parts->sni_unknown = settings.sni_unknown;
  parts->client_user = settings.client_user;
  if (settings.client_auth != ClientAuth::kNone) {
    policy::must(credentials.authorities != nullptr, "authorities of clients");
    parts->authorities = std::move(credentials.authorities);
  }
  if (auto done = fill(parts->usual, *parts, settings, listener); !done) {
    return std::unexpected(done.error());
  }
  if (auto done = fill_others(*parts, settings, listener); !done) {
    return std::unexpected(done.error());
  }
  return std::shared_ptr<const ServerContext>(new ServerContext(std::move(parts)));
}

ServerContext::ServerContext(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

ServerContext::~ServerContext() = default;

}  // namespace postern::tls
