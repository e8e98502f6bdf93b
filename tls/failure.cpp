// SPDX-License-Identifier: Apache-2.0
#include "tls/failure.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "policy/word.hpp"

namespace postern::tls {
namespace {

struct Phrase {
  int reason;
  std::string_view text;
};

// Only what an administrator meets and the library's own name would not tell.
constexpr std::array kPhrases = std::to_array<Phrase>({
    {SSL_R_HTTP_REQUEST, "http request instead of TLS"},
    {SSL_R_HTTPS_PROXY_REQUEST, "http proxy request instead of TLS"},
    {SSL_R_WRONG_VERSION_NUMBER, "wrong version number: plaintext instead of TLS?"},
    {SSL_R_NO_APPLICATION_PROTOCOL, "no application protocol in common (ALPN without pop3)"},
    {SSL_R_CLIENTHELLO_TLSEXT, "unknown server name"},
    {SSL_R_NO_COMMON_SIGNATURE_ALGORITHMS, "no common signature algorithm"},
    {SSL_R_NO_RENEGOTIATION, "renegotiation refused"},
    {SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE,
     "the client shows no certificate, and has to (tls.client_auth)"},
    {SSL_R_TOO_MANY_EMPTY_FRAGMENTS, "too many empty records"},
});

// BoringSSL numbers an alert that the peer sent as 1000 plus its code (RFC 8446 section 6).
constexpr int kAlertBase = SSL_AD_REASON_OFFSET;
constexpr int kAlertEnd = kAlertBase + 256;

std::string lower_words(const char* name) {
  std::string text = name == nullptr ? "unknown" : name;
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c == '_' ? ' ' : policy::lower(c); });
  return text;
}

}  // namespace

std::uint32_t take_error() noexcept {
  std::uint32_t first = 0;
  while (const std::uint32_t code = ERR_get_error()) {
    if (first == 0) {
      first = code;
    }
    if (ERR_GET_LIB(code) == ERR_LIB_SSL) {
      first = code;
      break;
    }
  }
  ERR_clear_error();
  return first;
}

std::string explain(std::uint32_t code) {
  if (code == 0) {
    return "malformed or refused message";
  }
  const int reason = ERR_GET_REASON(code);
  if (ERR_GET_LIB(code) == ERR_LIB_SSL) {
    if (const auto alert = alert_in(code)) {
      return "peer sent alert: " + lower_words(SSL_alert_desc_string_long(*alert));
    }
    const auto* const found = std::ranges::find(kPhrases, reason, &Phrase::reason);
    if (found != kPhrases.end()) {
      return std::string(found->text);
    }
  }
  return lower_words(ERR_reason_error_string(code));
}

std::optional<std::uint8_t> alert_in(std::uint32_t code) noexcept {
  const int reason = ERR_GET_REASON(code);
  if (ERR_GET_LIB(code) != ERR_LIB_SSL || reason <= kAlertBase || reason >= kAlertEnd) {
    return std::nullopt;
  }
  return static_cast<std::uint8_t>(reason - kAlertBase);
}

}  // namespace postern::tls
