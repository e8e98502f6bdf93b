// SPDX-License-Identifier: Apache-2.0
#include "tls/client_context.hpp"

#include <utility>

#include "policy/must.hpp"
#include "tls/certificate_parts.hpp"
#include "tls/ciphers.hpp"
#include "tls/client_context_parts.hpp"
#include "tls/client_end.hpp"
#include "tls/failure.hpp"
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
  std::unreachable();
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

}  // namespace

std::expected<std::shared_ptr<const ClientContext>, Error> ClientContext::create(
    const ClientSettings& settings, std::shared_ptr<const Certificate> certificate) {
  auto trust = trust_of(settings);
  if (!trust) {
    return std::unexpected(trust.error());
  }
  auto parts = std::make_unique<Parts>();
  parts->trust = std::move(*trust);
  parts->min_version = settings.min_version;
  parts->chains.reset(CRYPTO_BUFFER_POOL_new());
  // Certificates stay bytes, and become X509 objects only while they are looked at.
  parts->ssl_context.reset(SSL_CTX_new(TLS_with_buffers_method()));
  SSL_CTX* const ssl_context = parts->ssl_context.get();
  policy::must(ssl_context != nullptr && parts->chains != nullptr, "SSL_CTX_new");
  SSL_CTX_set0_buffer_pool(ssl_context, parts->chains.get());
  if (auto ok = configure_backend_ciphers(ssl_context, settings.min_version); !ok) {
    return std::unexpected(ok.error());
  }
  if (certificate != nullptr && !show(ssl_context, *certificate)) {
    const std::uint32_t code = take_error();
    return std::unexpected(Error{ErrorKind::kLibrary, code, "certificate: " + explain(code)});
  }
  parts->certificate = std::move(certificate);
  configure_records(ssl_context);
  ClientEnd::configure(ssl_context);
  return std::shared_ptr<const ClientContext>(new ClientContext(std::move(parts)));
}

ClientContext::ClientContext(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

ClientContext::~ClientContext() = default;

}  // namespace postern::tls
