// SPDX-License-Identifier: Apache-2.0
#include "tls/peer_identity.hpp"

#include <openssl/asn1.h>
#include <openssl/mem.h>
#include <openssl/nid.h>
#include <openssl/obj.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "tls/client_proof.hpp"
#include "tls/server_context_parts.hpp"

namespace postern::tls {
namespace {

constexpr std::size_t kMostName = 255;

std::string hex_of(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 0xf];
  }
  return text;
}

// Empty for what is no text of a sensible length.
std::string utf8_of(const ASN1_STRING* text) {
  std::uint8_t* bytes = nullptr;
  const int size = text == nullptr ? -1 : ASN1_STRING_to_UTF8(&bytes, text);
  if (size < 0) {
    return {};
  }
  const bssl::UniquePtr<std::uint8_t> owned(bytes);
  const auto length = static_cast<std::size_t>(size);
  return length > kMostName ? std::string() : std::string(bytes, bytes + length);
}

std::string common_name_of(const X509* cert) {
  const X509_NAME* const subject = X509_get_subject_name(cert);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) {
    return {};
  }
  return utf8_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
}

// The user principal name of Active Directory, a UTF8String.
std::string upn_in(const GENERAL_NAME* entry) {
  if (entry->type != GEN_OTHERNAME || OBJ_obj2nid(entry->d.otherName->type_id) != NID_ms_upn) {
    return {};
  }
  const ASN1_TYPE* const value = entry->d.otherName->value;
  return value->type == V_ASN1_UTF8STRING ? utf8_of(value->value.utf8string) : std::string();
}

std::string email_in(const GENERAL_NAME* entry) {
  return entry->type == GEN_EMAIL ? utf8_of(entry->d.rfc822Name) : std::string();
}

std::string alternative_name_of(const X509* cert, std::string (*name_in)(const GENERAL_NAME*)) {
  const bssl::UniquePtr<GENERAL_NAMES> entries(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(cert, NID_subject_alt_name, nullptr, nullptr)));
  for (std::size_t i = 0; i < sk_GENERAL_NAME_num(entries.get()); ++i) {
    std::string name = name_in(sk_GENERAL_NAME_value(entries.get(), i));
    if (!name.empty()) {
      return name;
    }
  }
  return {};
}

std::string name_by(ClientUser rule, const X509* cert, const std::string& common_name) {
  switch (rule) {
    case ClientUser::kCommonName:
      return common_name;
    case ClientUser::kEmail:
      return alternative_name_of(cert, email_in);
    case ClientUser::kUpn:
      return alternative_name_of(cert, upn_in);
  }
  std::unreachable();
}

bool is_usable(std::string_view name) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
  return !name.empty() && name.front() != ' ' && name.back() != ' ' &&
         std::ranges::none_of(name, is_control);
}

std::string fingerprint_of(const X509* cert) {
  std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
  unsigned size = 0;
  X509_digest(cert, EVP_sha256(), digest.data(), &size);
  return hex_of(digest);
}

}  // namespace

ClientIdentity identity_in(const X509* cert, ClientUser rule) {
  ClientIdentity identity{
      .fingerprint = fingerprint_of(cert), .common_name = common_name_of(cert), .user = {}};
  std::string user = name_by(rule, cert, identity.common_name);
  if (is_usable(user)) {
    identity.user = std::move(user);
  }
  return identity;
}

std::optional<ClientIdentity> peer_identity(const SSL* ssl) {
  const STACK_OF(CRYPTO_BUFFER)* const shown = SSL_get0_peer_certificates(ssl);
  if (sk_CRYPTO_BUFFER_num(shown) == 0) {
    return std::nullopt;
  }
  const bssl::UniquePtr<X509> leaf(X509_parse_from_buffer(sk_CRYPTO_BUFFER_value(shown, 0)));
  if (leaf == nullptr) {
    return std::nullopt;
  }
  return identity_in(leaf.get(), context_parts(SSL_get_SSL_CTX(ssl)).client_user);
}

}  // namespace postern::tls
