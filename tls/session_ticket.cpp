// SPDX-License-Identifier: Apache-2.0
#include "tls/session_ticket.hpp"

#include <openssl/cipher.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <array>
#include <cstdint>
#include <span>

#include "policy/must.hpp"
#include "tls/certificate_parts.hpp"
#include "tls/server_context_parts.hpp"
#include "tls/ticket_ring.hpp"

namespace postern::tls {
namespace {

// What BoringSSL's ticket callback may answer.
constexpr int kError = -1;
constexpr int kUnknownKey = 0;
constexpr int kOpened = 1;
constexpr int kOpenedRenew = 2;
constexpr int kSealed = 1;

const EVP_CIPHER* cipher_of(const TicketKey& key) {
  return key.size == TicketKey::kShort ? EVP_aes_128_cbc() : EVP_aes_256_cbc();
}

bool set_keys(const TicketKey& key, std::uint8_t* iv, EVP_CIPHER_CTX* cipher, HMAC_CTX* mac,
              bool seal) {
  return HMAC_Init_ex(mac, key.mac.data(), key.size, EVP_sha256(), nullptr) == 1 &&
         EVP_CipherInit_ex(cipher, cipher_of(key), nullptr, key.cipher.data(), iv, seal ? 1 : 0) ==
             1;
}

int seal(const TicketKey& key, std::uint8_t* name, std::uint8_t* iv, EVP_CIPHER_CTX* cipher,
         HMAC_CTX* mac) {
  std::copy(key.name.begin(), key.name.end(), name);
  RAND_bytes(iv, EVP_CIPHER_iv_length(cipher_of(key)));
  return set_keys(key, iv, cipher, mac, true) ? kSealed : kError;
}

int on_ticket_key(SSL* ssl, std::uint8_t* name, std::uint8_t* iv, EVP_CIPHER_CTX* cipher,
                  HMAC_CTX* mac, int encrypt) {
  const auto ring = context_parts(SSL_get_SSL_CTX(ssl)).keys->ring();
  if (encrypt == 1) {
    return seal(ring->sealing(), name, iv, cipher, mac);
  }
  const TicketKey* key = ring->find({name, SSL_TICKET_KEY_NAME_LEN});
  if (key == nullptr) {
    return kUnknownKey;
  }
  if (!set_keys(*key, iv, cipher, mac, false)) {
    return kError;
  }
  return key == &ring->sealing() ? kOpened : kOpenedRenew;
}

using SessionContext = std::array<std::uint8_t, SHA256_DIGEST_LENGTH>;

// After its length, so that nothing can end in one part and begin in the next.
void add_part(SHA256_CTX& hash, std::span<const std::uint8_t> part) {
  std::array<std::uint8_t, sizeof(std::uint64_t)> size{};
  for (std::size_t i = 0; i < size.size(); ++i) {
    size[i] = static_cast<std::uint8_t>(std::uint64_t{part.size()} >> 8 * i);
  }
  SHA256_Update(&hash, size.data(), size.size());
  SHA256_Update(&hash, part.data(), part.size());
}

// The same on every machine that serves the same: nothing of this process is in it.
SessionContext session_context(const TicketTerms& terms, ClientAuth auth) {
  const CRYPTO_BUFFER* leaf = terms.certificate.parts().chain.front().get();
  SHA256_CTX hash;
  SHA256_Init(&hash);
  add_part(hash,
           {reinterpret_cast<const std::uint8_t*>(terms.listener.data()), terms.listener.size()});
  add_part(hash, {CRYPTO_BUFFER_data(leaf), CRYPTO_BUFFER_len(leaf)});
  if (terms.authorities != nullptr) {
    const auto asked = static_cast<std::uint8_t>(auth);
    add_part(hash, {&asked, 1});
    add_part(hash, terms.authorities->digest());
  }
  SessionContext id{};
  SHA256_Final(id.data(), &hash);
  return id;
}

}  // namespace

void configure_tickets(SSL_CTX* ssl_context, const Settings& settings, const TicketTerms& terms) {
  SSL_CTX_set_session_cache_mode(ssl_context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_early_data_enabled(ssl_context, 0);
  if (!settings.tickets) {
    SSL_CTX_set_options(ssl_context, SSL_OP_NO_TICKET);
    return;
  }
  const SessionContext id = session_context(terms, settings.client_auth);
  policy::must(SSL_CTX_set_session_id_context(ssl_context, id.data(), id.size()) == 1,
               "SSL_CTX_set_session_id_context");
  SSL_CTX_set_tlsext_ticket_key_cb(ssl_context, on_ticket_key);
  // A mail client holds one connection: one ticket is enough.
  SSL_CTX_set_num_tickets(ssl_context, 1);
  // No longer than the youngest key is sure to be kept.
  const auto lifetime = TicketKeys::Ring::kPeriod * (TicketKeys::Ring::kGenerations - 1);
  SSL_CTX_set_session_psk_dhe_timeout(
      ssl_context, static_cast<std::uint32_t>(std::chrono::seconds(lifetime).count()));
}

}  // namespace postern::tls
