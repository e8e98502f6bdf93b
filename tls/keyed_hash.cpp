// SPDX-License-Identifier: Apache-2.0
#include "tls/keyed_hash.hpp"

#include <openssl/digest.h>
#include <openssl/hmac.h>
#include <openssl/mem.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstring>

#include "policy/must.hpp"

namespace postern::tls {
namespace {

void add_part(HMAC_CTX* context, std::string_view part) {
  std::array<std::uint8_t, 8> length{};
  for (std::size_t i = 0; i < length.size(); ++i) {
    length[i] = static_cast<std::uint8_t>((std::uint64_t{part.size()} >> (8 * i)) & 0xff);
  }
  policy::must(HMAC_Update(context, length.data(), length.size()) == 1, "HMAC_Update");
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(part.data());
  policy::must(HMAC_Update(context, bytes, part.size()) == 1, "HMAC_Update");
}

}  // namespace

HashSecret HashSecret::draw() {
  HashSecret secret;
  policy::must(RAND_bytes(secret.bytes.data(), secret.bytes.size()) == 1, "RAND_bytes");
  return secret;
}

HashSecret::~HashSecret() { OPENSSL_cleanse(bytes.data(), bytes.size()); }

KeyedHash::Digest KeyedHash::operator()(std::initializer_list<std::string_view> parts) const {
  bssl::ScopedHMAC_CTX context;
  HMAC_CTX* const hmac = context.get();
  policy::must(
      HMAC_Init_ex(hmac, secret_.bytes.data(), secret_.bytes.size(), EVP_sha256(), nullptr) == 1,
      "HMAC_Init_ex");
  for (const std::string_view part : parts) add_part(hmac, part);
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> whole{};
  unsigned size = 0;
  policy::must(HMAC_Final(hmac, whole.data(), &size) == 1, "HMAC_Final");
  Digest digest{};
  std::copy_n(whole.begin(), digest.size(), digest.begin());
  OPENSSL_cleanse(whole.data(), whole.size());
  return digest;
}

std::uint64_t short_form(const KeyedHash::Digest& digest) noexcept {
  std::uint64_t number = 0;
  std::memcpy(&number, digest.data(), sizeof number);
  return number;
}

}  // namespace postern::tls
