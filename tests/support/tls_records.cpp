// SPDX-License-Identifier: Apache-2.0
#include "tests/support/tls_records.hpp"

#include <openssl/aead.h>
#include <openssl/bytestring.h>
#include <openssl/mem.h>

#include <stdexcept>
#include <vector>

namespace postern::testing {
namespace {

constexpr std::size_t kKeyBytes = 16;
constexpr std::size_t kSaltBytes = 4;
constexpr std::size_t kTagBytes = 16;

void require_record(bool ok, const char* what) {
  if (!ok) {
    throw std::runtime_error(std::string("tls_records: ") + what);
  }
}

std::string big_endian(std::uint64_t number, int bytes) {
  std::string out;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(number >> shift & 0xff));
  }
  return out;
}

const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

std::string record(Content type, std::string_view body) {
  return std::string(1, static_cast<char>(type)) + "\x03\x03" + big_endian(body.size(), 2) +
         std::string(body);
}

std::string text_of(CBS bytes) {
  return std::string(reinterpret_cast<const char*>(CBS_data(&bytes)), CBS_len(&bytes));
}

}  // namespace

// The key block of RFC 5246 section 6.3: no MAC keys with an AEAD, both keys, both salts.
RecordSealer::RecordSealer(SSL* client) : sequence_(SSL_get_write_sequence(client)) {
  std::vector<std::uint8_t> block(SSL_get_key_block_len(client));
  require_record(block.size() == 2 * (kKeyBytes + kSaltBytes), "not AES-128-GCM");
  require_record(SSL_generate_key_block(client, block.data(), block.size()) == 1, "key block");
  const auto at = [&](std::size_t offset) {
    return block.begin() + static_cast<std::ptrdiff_t>(offset);
  };
  key_.assign(at(0), at(kKeyBytes));
  salt_.assign(at(2 * kKeyBytes), at(2 * kKeyBytes + kSaltBytes));
}

// RFC 5288 section 3: the nonce is the salt and eight explicit bytes.
std::string RecordSealer::seal(Content type, std::string_view plaintext) {
  const std::string explicit_nonce = big_endian(sequence_, 8);
  const std::string nonce = salt_ + explicit_nonce;
  const std::string header =
      explicit_nonce + static_cast<char>(type) + "\x03\x03" + big_endian(plaintext.size(), 2);
  const bssl::UniquePtr<EVP_AEAD_CTX> aead(
      EVP_AEAD_CTX_new(EVP_aead_aes_128_gcm(), bytes_of(key_), key_.size(), kTagBytes));
  std::vector<std::uint8_t> sealed(plaintext.size() + kTagBytes);
  std::size_t size = 0;
  require_record(EVP_AEAD_CTX_seal(aead.get(), sealed.data(), &size, sealed.size(), bytes_of(nonce),
                                   nonce.size(), bytes_of(plaintext), plaintext.size(),
                                   bytes_of(header), header.size()) == 1,
                 "seal");
  ++sequence_;
  return record(type, explicit_nonce + std::string(sealed.begin(), sealed.end()));
}

std::string plain_record(Content type, std::string_view payload) { return record(type, payload); }

std::string with_server_name(std::string_view hello, std::string_view name) {
  CBS in;
  CBS_init(&in, bytes_of(hello), hello.size());
  // Header of record and message, version, random.
  CBS session;
  CBS suites;
  CBS compression;
  CBS extensions;
  const std::string fixed(hello.substr(9, 34));
  require_record(CBS_skip(&in, 43) == 1 && CBS_get_u8_length_prefixed(&in, &session) == 1 &&
                     CBS_get_u16_length_prefixed(&in, &suites) == 1 &&
                     CBS_get_u8_length_prefixed(&in, &compression) == 1 &&
                     CBS_get_u16_length_prefixed(&in, &extensions) == 1,
                 "not a ClientHello");
  std::string entry = std::string(1, '\0') + big_endian(name.size(), 2) + std::string(name);
  entry = big_endian(entry.size(), 2) + entry;
  std::string list = big_endian(TLSEXT_TYPE_server_name, 2) + big_endian(entry.size(), 2) + entry;
  while (CBS_len(&extensions) > 0) {
    std::uint16_t type = 0;
    CBS body;
    require_record(CBS_get_u16(&extensions, &type) == 1 &&
                       CBS_get_u16_length_prefixed(&extensions, &body) == 1,
                   "broken extension");
    if (type != TLSEXT_TYPE_server_name) {
      list += big_endian(type, 2) + big_endian(CBS_len(&body), 2) + text_of(body);
    }
  }
  const std::string message = fixed + big_endian(CBS_len(&session), 1) + text_of(session) +
                              big_endian(CBS_len(&suites), 2) + text_of(suites) +
                              big_endian(CBS_len(&compression), 1) + text_of(compression) +
                              big_endian(list.size(), 2) + list;
  return record(Content::kHandshake,
                std::string(1, SSL3_MT_CLIENT_HELLO) + big_endian(message.size(), 3) + message);
}

}  // namespace postern::testing
