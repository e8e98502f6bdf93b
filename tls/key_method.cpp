// SPDX-License-Identifier: Apache-2.0
#include "tls/key_method.hpp"

#include <openssl/digest.h>

#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include "policy/must.hpp"
#include "tls/bio.hpp"
#include "tls/engine.hpp"
#include "tls/signatory.hpp"

namespace postern::tls {
namespace {

// Where an SSL_CTX keeps its key's handle. One number for the process.
int place_of_key() {
  static const int kPlace = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return kPlace;
}

ssl_private_key_result_t ask(SSL* ssl, KeyUse use, std::uint16_t scheme,
                             std::span<const std::uint8_t> bytes) {
  Lent& lent = lent_to(ssl);
  const auto* const key =
      static_cast<const HeldKey*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), place_of_key()));
  if (key == nullptr || lent.exchange == nullptr || lent.exchange->signatory == nullptr) {
    return ssl_private_key_failure;
  }
  lent.asked = lent.exchange->signatory->ask({*key, use, scheme, bytes});
  return lent.asked->state() == KeyRequest::State::kRefused ? ssl_private_key_failure
                                                            : ssl_private_key_retry;
}

ssl_private_key_result_t sign(SSL* ssl, std::uint8_t*, std::size_t*, std::size_t,
                              std::uint16_t scheme, const std::uint8_t* in, std::size_t size) {
  const EVP_MD* const md = SSL_get_signature_algorithm_digest(scheme);
  if (md == nullptr) return ask(ssl, KeyUse::kSign, scheme, {in, size});
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest;
  unsigned length = 0;
  if (EVP_Digest(in, size, digest.data(), &length, md, nullptr) != 1) {
    return ssl_private_key_failure;
  }
  return ask(ssl, KeyUse::kSign, scheme, std::span(digest).first(length));
}

ssl_private_key_result_t decrypt(SSL* ssl, std::uint8_t*, std::size_t*, std::size_t,
                                 const std::uint8_t* in, std::size_t size) {
  return ask(ssl, KeyUse::kDecrypt, 0, {in, size});
}

ssl_private_key_result_t complete(SSL* ssl, std::uint8_t* out, std::size_t* size,
                                  std::size_t most) {
  std::unique_ptr<KeyRequest>& asked = lent_to(ssl).asked;
  switch (asked->state()) {
    case KeyRequest::State::kOpen:
      return ssl_private_key_retry;
    case KeyRequest::State::kRefused:
      return ssl_private_key_failure;
    case KeyRequest::State::kAnswered:
      break;
  }
  const auto request = std::exchange(asked, nullptr);
  const std::string& answer = request->answer();
  if (answer.size() > most) return ssl_private_key_failure;
  *size = answer.copy(reinterpret_cast<char*>(out), most);
  return ssl_private_key_success;
}

constexpr SSL_PRIVATE_KEY_METHOD kDistantKey{sign, decrypt, complete};

}  // namespace

void ask_for_key(SSL_CTX* ssl_context, const HeldKey& key) {
  policy::must(SSL_CTX_set_ex_data(ssl_context, place_of_key(), const_cast<HeldKey*>(&key)) == 1,
               "SSL_CTX_set_ex_data");
}

const SSL_PRIVATE_KEY_METHOD& distant_key_method() noexcept { return kDistantKey; }

}  // namespace postern::tls
