// SPDX-License-Identifier: Apache-2.0
#include "tests/support/distant_keys.hpp"

#include <utility>

#include "tls/file.hpp"

namespace postern::testing {
namespace {

std::span<const std::uint8_t> octets(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

class DistantKeys::Key final : public tls::HeldKey {
 public:
  Key(DistantKeys& owner, std::uint64_t number) : HeldKey(number), owner_(owner) {}
  ~Key() override { owner_.keys_.erase(number()); }

 private:
  DistantKeys& owner_;
};

class DistantKeys::Request final : public tls::KeyRequest {
 public:
  Request(DistantKeys& owner, const tls::KeyQuestion& question)
      : key(question.key.number()),
        use(question.use),
        scheme(question.scheme),
        bytes(question.bytes.begin(), question.bytes.end()),
        owner_(owner) {
    owner_.open_.push_back(this);
  }
  ~Request() override { std::erase(owner_.open_, this); }

  std::uint64_t key;
  tls::KeyUse use;
  std::uint16_t scheme;
  std::string bytes;

 private:
  DistantKeys& owner_;
};

std::expected<tls::ToldCertificates, tls::Error> DistantKeys::certificates_in(
    const std::string& file) {
  return tls::certificates_in(tls::read_file(file, tls::kMaxFileBytes).value(), "chain.pem");
}

std::expected<tls::TakenKey, tls::Error> DistantKeys::take(const std::string& file) {
  const std::string text = tls::read_file(file, tls::kMaxFileBytes).value();
  auto key = tls::PrivateKey::parse(text, "key.pem");
  if (!key) return std::unexpected(key.error());
  auto held = std::make_shared<Key>(*this, ++last_);
  std::string public_key = (*key)->public_key();
  keys_.emplace(last_, *std::move(key));
  return tls::TakenKey{std::move(public_key), tls::outline_of(text), std::move(held)};
}

std::unique_ptr<tls::KeyRequest> DistantKeys::ask(const tls::KeyQuestion& question) {
  return std::make_unique<Request>(*this, question);
}

std::shared_ptr<const tls::Certificate> DistantKeys::load(const tls::PemPair& pair) {
  const TrustFile chain(pair.chain);
  const TrustFile key(pair.key);
  return tls::Certificate::load({chain.path(), key.path()}, this).value();
}

void DistantKeys::answer() {
  while (!open_.empty()) {
    Request& request = *open_.front();
    open_.erase(open_.begin());
    const tls::PrivateKey& key = *keys_.at(request.key);
    const auto bytes = octets(request.bytes);
    auto made =
        request.use == tls::KeyUse::kSign ? key.sign(request.scheme, bytes) : key.decrypt(bytes);
    request.answer(std::move(made).value());
  }
}

void DistantKeys::refuse(const std::string& why) {
  while (!open_.empty()) {
    Request& request = *open_.front();
    open_.erase(open_.begin());
    request.refuse(why);
  }
}

}  // namespace postern::testing
