// SPDX-License-Identifier: Apache-2.0
#include "tls/alert.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>

#include "tls/failure.hpp"

namespace postern::tls {
namespace {

struct Meaning {
  std::uint8_t number;
  std::string_view text;
};

// Libraries differ in what they say: OpenSSL tells a name that does not fit by bad_certificate,
// Java everything by certificate_unknown, Go everything by bad_certificate.
constexpr std::array kMeanings = std::to_array<Meaning>({
    {SSL_AD_CLOSE_NOTIFY, "left"},
    {SSL_AD_UNEXPECTED_MESSAGE, "heard something out of turn"},
    {SSL_AD_BAD_RECORD_MAC, "could not decrypt a record"},
    {SSL_AD_DECRYPTION_FAILED, "could not decrypt a record"},
    {SSL_AD_RECORD_OVERFLOW, "a record is too long for it"},
    {SSL_AD_DECOMPRESSION_FAILURE, "could not decompress"},
    {SSL_AD_HANDSHAKE_FAILURE, "no common cipher or curve"},
    {SSL_AD_NO_CERTIFICATE, "shows none of its own"},
    {SSL_AD_BAD_CERTIFICATE, "certificate is not good for it: does the name fit?"},
    {SSL_AD_UNSUPPORTED_CERTIFICATE, "certificate is of a kind that it does not know"},
    {SSL_AD_CERTIFICATE_REVOKED, "certificate revoked for it"},
    {SSL_AD_CERTIFICATE_EXPIRED, "certificate expired for it"},
    {SSL_AD_CERTIFICATE_UNKNOWN, "does not accept the certificate"},
    {SSL_AD_ILLEGAL_PARAMETER, "an answer makes no sense to it"},
    {SSL_AD_UNKNOWN_CA, "does not trust the chain"},
    {SSL_AD_ACCESS_DENIED, "access denied by it"},
    {SSL_AD_DECODE_ERROR, "could not read a message"},
    {SSL_AD_DECRYPT_ERROR, "a signature is wrong for it"},
    {SSL_AD_PROTOCOL_VERSION, "no common version"},
    {SSL_AD_INSUFFICIENT_SECURITY, "cipher, key or curve too weak for it"},
    {SSL_AD_INTERNAL_ERROR, "failed by itself"},
    {SSL_AD_INAPPROPRIATE_FALLBACK, "came back with an older version than it need"},
    {SSL_AD_USER_CANCELLED, "cancelled by its user"},
    {SSL_AD_NO_RENEGOTIATION, "does not renegotiate"},
    {SSL_AD_MISSING_EXTENSION, "an extension is missing for it"},
    {SSL_AD_UNSUPPORTED_EXTENSION, "an extension that it did not ask for"},
    {SSL_AD_CERTIFICATE_UNOBTAINABLE, "certificate not to be had for it"},
    {SSL_AD_UNRECOGNIZED_NAME, "name does not fit"},
    {SSL_AD_BAD_CERTIFICATE_STATUS_RESPONSE, "stapled answer (OCSP) does not do for it"},
    {SSL_AD_UNKNOWN_PSK_IDENTITY, "does not know the ticket"},
    {SSL_AD_CERTIFICATE_REQUIRED, "wants us to show who we are"},
    {SSL_AD_NO_APPLICATION_PROTOCOL, "no common application protocol (ALPN)"},
});

static_assert(std::ranges::is_sorted(kMeanings, {}, &Meaning::number));

}  // namespace

std::string_view meaning_of_alert(std::uint8_t number) noexcept {
  const auto* const found = std::ranges::lower_bound(kMeanings, number, {}, &Meaning::number);
  if (found == kMeanings.end() || found->number != number) return "an alert that nobody knows";
  return found->text;
}

std::string_view alert_told_by(std::uint32_t code) noexcept {
  const auto number = alert_in(code);
  return number ? meaning_of_alert(*number) : std::string_view();
}

void AlertWatch::take(std::span<const std::uint8_t> bytes) noexcept {
  while (!bytes.empty()) {
    if (seen_ >= kHeader && rest_ == 0) seen_ = 0;  // that record is over: here is the next
    if (seen_ < kHeader) {
      head_[seen_++] = bytes.front();
      bytes = bytes.subspan(1);
      if (seen_ == kHeader) rest_ = static_cast<std::uint16_t>(head_[3] << 8U | head_[4]);
      continue;
    }
    const std::size_t some = std::min<std::size_t>(rest_, bytes.size());
    for (std::size_t i = 0; i < some && seen_ < head_.size(); ++i) head_[seen_++] = bytes[i];
    rest_ = static_cast<std::uint16_t>(rest_ - some);
    bytes = bytes.subspan(some);
  }
}

std::optional<std::uint8_t> AlertWatch::alert() const noexcept {
  const bool whole = seen_ == head_.size() && rest_ == 0;
  const bool is_alert = head_[0] == SSL3_RT_ALERT && head_[3] == 0 && head_[4] == kAlert;
  if (!whole || !is_alert || head_[6] == SSL_AD_CLOSE_NOTIFY) return std::nullopt;
  return head_[6];
}

std::uint32_t AlertWatch::told(int version, std::uint32_t code) const noexcept {
  const auto said = code != 0 && version == TLS1_3_VERSION ? alert() : std::nullopt;
  return said ? ERR_PACK(ERR_LIB_SSL, SSL_AD_REASON_OFFSET + *said) : code;
}

}  // namespace postern::tls
