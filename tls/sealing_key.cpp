// SPDX-License-Identifier: Apache-2.0
#include "tls/sealing_key.hpp"

#include <openssl/aead.h>
#include <openssl/rand.h>

#include <span>

#include "policy/must.hpp"

namespace postern::tls {
namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::span<std::uint8_t> bytes_of(std::string& text) noexcept {
  return {reinterpret_cast<std::uint8_t*>(text.data()), text.size()};
}

const EVP_AEAD* cipher() noexcept { return EVP_aead_xchacha20_poly1305(); }

class Context {
 public:
  explicit Context(const HashSecret& secret)
      : context_(EVP_AEAD_CTX_new(cipher(), secret.bytes.data(), secret.bytes.size(),
                                  EVP_AEAD_DEFAULT_TAG_LENGTH)) {
    policy::must(context_ != nullptr, "EVP_AEAD_CTX_new");
  }
  const EVP_AEAD_CTX* get() const noexcept { return context_.get(); }

 private:
  bssl::UniquePtr<EVP_AEAD_CTX> context_;
};

}  // namespace

std::string SealingKey::seal(std::string_view text, std::string_view place) const {
  const std::size_t nonce_size = EVP_AEAD_nonce_length(cipher());
  std::string sealed(text.size() + kOverhead, '\0');
  const auto all = bytes_of(sealed);
  const auto nonce = all.first(nonce_size);
  policy::must(RAND_bytes(nonce.data(), nonce.size()) == 1, "RAND_bytes");
  const auto rest = all.subspan(nonce_size);
  const auto plain = bytes_of(text);
  const auto beside = bytes_of(place);
  std::size_t size = 0;
  const int done =
      EVP_AEAD_CTX_seal(Context(secret_).get(), rest.data(), &size, rest.size(), nonce.data(),
                        nonce.size(), plain.data(), plain.size(), beside.data(), beside.size());
  policy::must(done == 1 && size == rest.size(), "EVP_AEAD_CTX_seal");
  return sealed;
}

std::optional<std::string> SealingKey::open(std::string_view sealed, std::string_view place) const {
  if (sealed.size() < kOverhead) return std::nullopt;
  const std::size_t nonce_size = EVP_AEAD_nonce_length(cipher());
  const auto nonce = bytes_of(sealed).first(nonce_size);
  const auto rest = bytes_of(sealed).subspan(nonce_size);
  const auto beside = bytes_of(place);
  std::string text(rest.size(), '\0');  // with room for the tag, which is asked for
  std::size_t size = 0;
  const int done = EVP_AEAD_CTX_open(Context(secret_).get(), bytes_of(text).data(), &size,
                                     text.size(), nonce.data(), nonce.size(), rest.data(),
                                     rest.size(), beside.data(), beside.size());
  if (done != 1) return std::nullopt;
  text.resize(size);
  return text;
}

}  // namespace postern::tls
