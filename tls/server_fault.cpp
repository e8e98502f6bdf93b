// SPDX-License-Identifier: Apache-2.0
#include "tls/server_fault.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <string_view>

#include "tls/failure.hpp"
#include "tls/offer.hpp"

namespace postern::tls {
namespace {

constexpr int alert_reason(int alert) { return SSL_AD_REASON_OFFSET + alert; }

std::string_view number_of(Version version) noexcept {
  switch (version) {
    case Version::kTls10:
      return "1.0";
    case Version::kTls11:
      return "1.1";
    case Version::kTls12:
      return "1.2";
    case Version::kTls13:
      return "1.3";
  }
  return "1.3";
}

std::string too_old(std::uint16_t chosen) {
  switch (chosen) {
    case SSL3_VERSION:
      return "the server speaks only SSL 3.0, which no setting brings back: allow TLS there";
    case TLS1_VERSION:
      return "the server speaks only TLS 1.0: set min_version = \"1.0\" if that has to do";
    case TLS1_1_VERSION:
      return "the server speaks only TLS 1.1: set min_version = \"1.1\" if that has to do";
    case TLS1_2_VERSION:
      return "the server speaks only TLS 1.2: set min_version = \"1.2\"";
    default:
      return "the server speaks a version that postern cannot";
  }
}

// The alert of a server that knows nothing newer is written like this; some others write so, too.
std::string_view hint_of_ssl(const Meeting& meeting) noexcept {
  return meeting.alerted == SSL3_VERSION
             ? ", and answers in SSL 3.0; if that is all that it knows, no setting helps"
             : "";
}

std::string no_version(const Meeting& meeting) {
  if (meeting.floor == Version::kTls10) {
    return "the server has no version in common with postern (SSL 3.0?)";
  }
  return "the server speaks nothing as new as TLS " + std::string(number_of(meeting.floor)) +
         std::string(hint_of_ssl(meeting)) + ": set min_version = \"1.0\" if that has to do";
}

// Before its hello a server that gives this alert has looked at versions and ciphers only.
std::string no_cipher(const Meeting& meeting) {
  if (meeting.chosen != 0) {
    return "peer sent alert: handshake failure; does it ask for a certificate of ours (cert_file)?";
  }
  return "the server finds no cipher in common" + std::string(hint_of_ssl(meeting)) + ": " +
         offer_of(meeting.floor);
}

std::string other_cipher(const Meeting& meeting) {
  return "the server insists on " + suite_name(meeting.suite) +
         ", which it was not offered: " + offer_of(meeting.floor);
}

}  // namespace

std::string fault_of_server(std::uint32_t code, const Meeting& meeting) {
  if (ERR_GET_LIB(code) != ERR_LIB_SSL) {
    return explain(code);
  }
  switch (ERR_GET_REASON(code)) {
    case SSL_R_UNSUPPORTED_PROTOCOL:
      return too_old(meeting.chosen);
    case alert_reason(SSL_AD_PROTOCOL_VERSION):
      return no_version(meeting);
    case alert_reason(SSL_AD_HANDSHAKE_FAILURE):
    case alert_reason(SSL_AD_INSUFFICIENT_SECURITY):
      return no_cipher(meeting);
    case SSL_R_UNKNOWN_CIPHER_RETURNED:
    case SSL_R_WRONG_CIPHER_RETURNED:
      return other_cipher(meeting);
    case SSL_R_WRONG_SIGNATURE_TYPE:
      return "the server signs in a way that is not taken (SHA-1?)";
    case alert_reason(SSL_AD_UNRECOGNIZED_NAME):
      return "the server does not know the name that it was called by (server_name)";
    case alert_reason(SSL_AD_CERTIFICATE_REQUIRED):
      return "the server asks for a certificate of ours (cert_file)";
    default:
      return explain(code);
  }
}

}  // namespace postern::tls
