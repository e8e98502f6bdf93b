// SPDX-License-Identifier: Apache-2.0
#include "tls/ciphers.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "policy/must.hpp"
#include "tls/compat.hpp"
#include "tls/failure.hpp"

namespace postern::tls {
namespace {

// Suites in brackets are equals: the client's order decides, so that a phone without AES
// instructions gets ChaCha20. TLS 1.3 suites are BoringSSL's own choice, by the same thought.
constexpr std::string_view kAead =
    "[ECDHE-ECDSA-AES128-GCM-SHA256|ECDHE-ECDSA-CHACHA20-POLY1305]:"
    "[ECDHE-RSA-AES128-GCM-SHA256|ECDHE-RSA-CHACHA20-POLY1305]:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";

constexpr std::string_view kForwardCbc =
    ":ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA";

constexpr std::string_view kStaticRsa =
    ":AES128-GCM-SHA256:AES256-GCM-SHA384:AES128-SHA:AES256-SHA";

// All that BoringSSL signs with by itself, and what a server may sign with, but SHA-1 (RFC 9155).
// It matters in TLS 1.2; before that the version decides, and TLS 1.3 has no SHA-1.
constexpr std::array<std::uint16_t, 10> kSignatures = {
    SSL_SIGN_ED25519,
    SSL_SIGN_ECDSA_SECP256R1_SHA256,
    SSL_SIGN_ECDSA_SECP384R1_SHA384,
    SSL_SIGN_ECDSA_SECP521R1_SHA512,
    SSL_SIGN_RSA_PSS_RSAE_SHA256,
    SSL_SIGN_RSA_PSS_RSAE_SHA384,
    SSL_SIGN_RSA_PSS_RSAE_SHA512,
    SSL_SIGN_RSA_PKCS1_SHA256,
    SSL_SIGN_RSA_PKCS1_SHA384,
    SSL_SIGN_RSA_PKCS1_SHA512,
};

std::string suites_of(Profile profile) {
  std::string suites(kAead);
  if (profile == Profile::kLegacy) {
    suites.append(kForwardCbc).append(kStaticRsa);
  }
  return suites;
}

}  // namespace

std::uint16_t wire_version(Version version) noexcept {
  switch (version) {
    case Version::kTls10:
      return TLS1_VERSION;
    case Version::kTls11:
      return TLS1_1_VERSION;
    case Version::kTls12:
      return TLS1_2_VERSION;
    case Version::kTls13:
      return TLS1_3_VERSION;
  }
  std::unreachable();
}

namespace {

std::expected<void, Error> apply(SSL_CTX* ssl_context, VersionRange range,
                                 const std::string& suites) {
  SSL_CTX_set_options(ssl_context, SSL_OP_CIPHER_SERVER_PREFERENCE);
  if (range.min == Version::kTls10) {
    // Splitting the first byte off is what stops BEAST on CBC in TLS 1.0.
    SSL_CTX_set_mode(ssl_context, SSL_MODE_CBC_RECORD_SPLITTING);
  }
  const bool ok =
      SSL_CTX_set_min_proto_version(ssl_context, wire_version(range.min)) == 1 &&
      SSL_CTX_set_max_proto_version(ssl_context, wire_version(range.max)) == 1 &&
      SSL_CTX_set_strict_cipher_list(ssl_context, suites.c_str()) == 1 &&
      SSL_CTX_set1_curves_list(ssl_context, kGroups) == 1 &&
      SSL_CTX_set_signing_algorithm_prefs(ssl_context, kSignatures.data(), kSignatures.size()) == 1;
  if (range.min >= Version::kTls12) {
    policy::must(SSL_CTX_set_verify_algorithm_prefs(ssl_context, kSignatures.data(),
                                                    kSignatures.size()) == 1,
                 "SSL_CTX_set_verify_algorithm_prefs");
  }
  if (!ok) {
    const std::uint32_t code = take_error();
    return std::unexpected(Error{ErrorKind::kLibrary, code, "TLS profile: " + explain(code)});
  }
  return {};
}

}  // namespace

std::expected<VersionRange, Error> version_range(const Settings& settings) {
  const VersionRange range{std::max(settings.min_version, oldest_of(settings.profile)),
                           settings.max_version};
  if (range.min > range.max) {
    return std::unexpected(Error{ErrorKind::kLibrary, 0,
                                 "no TLS version is left between min_version (as the profile "
                                 "raises it) and max_version"});
  }
  return range;
}

Version version_from_wire(std::uint16_t version) noexcept {
  switch (version) {
    case TLS1_VERSION:
      return Version::kTls10;
    case TLS1_1_VERSION:
      return Version::kTls11;
    case TLS1_2_VERSION:
      return Version::kTls12;
    default:
      return Version::kTls13;
  }
}

Settings lowered(const Settings& settings) {
  Settings own = settings;
  own.min_version = *settings.lowered_floor;
  own.profile = std::max(own.profile, least_profile_for(own.min_version));
  return own;
}

Settings too_old(const Settings& settings) {
  Settings own = settings;
  own.min_version = Version::kTls10;
  own.profile = Profile::kLegacy;
  own.tickets = false;
  return own;
}

bool confine(SSL* ssl, VersionRange range) {
  range.min == Version::kTls10 ? SSL_set_mode(ssl, SSL_MODE_CBC_RECORD_SPLITTING)
                               : SSL_clear_mode(ssl, SSL_MODE_CBC_RECORD_SPLITTING);
  return SSL_set_min_proto_version(ssl, wire_version(range.min)) == 1 &&
         SSL_set_max_proto_version(ssl, wire_version(range.max)) == 1;
}

std::expected<void, Error> configure_ciphers(SSL_CTX* ssl_context, const Settings& settings) {
  const auto range = version_range(settings);
  if (!range) {
    return std::unexpected(range.error());
  }
  return apply(ssl_context, *range, suites_of(settings.profile));
}

std::expected<void, Error> configure_backend_ciphers(SSL_CTX* ssl_context, Version floor) {
  std::string suites(kAead);
  suites += kForwardCbc;
  if (floor < Version::kTls12) {
    suites += kStaticRsa;
  }
  return apply(ssl_context, {floor, Version::kTls13}, suites);
}

void configure_records(SSL_CTX* ssl_context) {
  SSL_CTX_set_mode(ssl_context,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

}  // namespace postern::tls
