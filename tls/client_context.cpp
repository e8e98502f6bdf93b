// SPDX-License-Identifier: Apache-2.0
#include "tls/client_context.hpp"

#include "tls/ciphers.hpp"
#include "tls/client_context_parts.hpp"
#include "tls/must.hpp"
#include "tls/roots.hpp"

namespace postern::tls {
namespace {

bool looks_at_chain(Verify verify) {
  switch (verify) {
    case Verify::kFull:
    case Verify::kCa:
      return true;
    case Verify::kPin:
    case Verify::kNone:
      return false;
  }
  return true;
}

std::expected<Trust, Error> trust_of(const ClientSettings& settings) {
  Trust trust{settings.verify, nullptr, settings.pins};
  if (settings.verify == Verify::kPin && settings.pins.empty()) {
    return std::unexpected(Error{ErrorKind::kKey, 0, "no key is pinned that could be expected"});
  }
  if (!looks_at_chain(settings.verify)) {
    return trust;
  }
  auto roots = trusted_roots(settings.ca_file);
  if (!roots) {
    return std::unexpected(roots.error());
  }
  trust.roots = std::move(*roots);
  return trust;
}

// A server that has nothing newer than TLS 1.1 has none of the newer suites either.
Settings as_settings(const ClientSettings& settings) {
  Settings own;
  own.min_version = settings.min_version;
  own.profile = settings.min_version < Version::kTls12 ? Profile::kLegacy : Profile::kIntermediate;
  return own;
}

}  // namespace

std::expected<std::shared_ptr<const ClientContext>, Error> ClientContext::create(
    const ClientSettings& settings) {
  auto trust = trust_of(settings);
  if (!trust) {
    return std::unexpected(trust.error());
  }
  // Certificates stay bytes, and become X509 objects only while they are looked at.
  auto parts = std::make_unique<Parts>(
      bssl::UniquePtr<SSL_CTX>(SSL_CTX_new(TLS_with_buffers_method())), std::move(*trust));
  SSL_CTX* const ssl_context = parts->ssl_context.get();
  must(ssl_context != nullptr, "SSL_CTX_new");
  if (auto ok = configure_ciphers(ssl_context, as_settings(settings)); !ok) {
    return std::unexpected(ok.error());
  }
  configure_records(ssl_context);
  configure_verification(ssl_context);
  // Nothing is resumed: each connection is judged anew.
  SSL_CTX_set_session_cache_mode(ssl_context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(ssl_context, SSL_OP_NO_TICKET);
  return std::shared_ptr<const ClientContext>(new ClientContext(std::move(parts)));
}

ClientContext::ClientContext(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

ClientContext::~ClientContext() = default;

}  // namespace postern::tls
