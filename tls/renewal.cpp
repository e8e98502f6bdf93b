// SPDX-License-Identifier: Apache-2.0
#include "tls/renewal.hpp"

#include <openssl/base.h>
#include <openssl/pool.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "policy/date.hpp"
#include "tls/certificate_parts.hpp"
#include "tls/doubt.hpp"

namespace postern::tls {
namespace {

std::span<const std::uint8_t> der_of(const bssl::UniquePtr<CRYPTO_BUFFER>& buffer) {
  return {CRYPTO_BUFFER_data(buffer.get()), CRYPTO_BUFFER_len(buffer.get())};
}

bool same_bytes(const bssl::UniquePtr<CRYPTO_BUFFER>& one,
                const bssl::UniquePtr<CRYPTO_BUFFER>& other) {
  return std::ranges::equal(der_of(one), der_of(other));
}

std::optional<std::string> out_of_days(const Certificate& newer, std::chrono::sys_seconds now) {
  if (now > newer.not_after()) {
    return "the certificate expired on " + policy::minute_text(newer.not_after()) + " UTC";
  }
  if (now < newer.not_before()) {
    return "the certificate is not valid before " + policy::minute_text(newer.not_before()) +
           " UTC";
  }
  return std::nullopt;
}

std::optional<std::string> lost_name(const Certificate& newer, const Certificate& before,
                                     const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (before.matches(name) && !newer.matches(name)) {
      return "it does not cover \"" + name + "\", which the certificate in use does";
    }
  }
  return std::nullopt;
}

// A chain's leaf, and whether its issuer is in it.
struct Origin {
  bssl::UniquePtr<X509> leaf;
  bool with_issuer = false;
};

Origin origin_of(const Certificate& certificate) {
  const auto& chain = certificate.parts().chain;
  Origin origin{bssl::UniquePtr<X509>(X509_parse_from_buffer(chain.front().get()))};
  for (std::size_t i = 1; i < chain.size() && origin.leaf != nullptr; ++i) {
    const bssl::UniquePtr<X509> other(X509_parse_from_buffer(chain[i].get()));
    origin.with_issuer |=
        other != nullptr && X509_check_issued(other.get(), origin.leaf.get()) == X509_V_OK;
  }
  return origin;
}

std::optional<std::string> lost_issuer(const Certificate& newer, const Certificate& before) {
  const Origin now = origin_of(newer);
  const Origin then = origin_of(before);
  if (now.with_issuer || !then.with_issuer || now.leaf == nullptr) return std::nullopt;
  const bool same = X509_NAME_cmp(X509_get_issuer_name(now.leaf.get()),
                                  X509_get_issuer_name(then.leaf.get())) == 0;
  if (!same) return std::nullopt;
  return "the certificate of its issuer is missing, which the chain in use has; take the file that "
         "has both, such as fullchain.pem";
}

// What is so bad that clients refuse it, and was not so before.
std::optional<std::string> new_fault(const Certificate& newer, const Certificate& before) {
  constexpr std::array<std::string_view, 4> kGrave = {"key-weak", "signature-weak", "chain-foreign",
                                                      "chain-missing"};
  const auto same_kind = [](const Doubt& one) {
    return [&one](const Doubt& other) { return other.check == one.check; };
  };
  for (const Doubt& doubt : newer.doubts()) {
    const bool grave = std::ranges::find(kGrave, doubt.check) != kGrave.end();
    if (grave && std::ranges::none_of(before.doubts(), same_kind(doubt))) return doubt.said();
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> objection_to(const Certificate& newer, const Certificate* before,
                                        const Expectation& expected) {
  auto objection = out_of_days(newer, expected.now);
  if (!objection && before != nullptr) objection = lost_name(newer, *before, expected.names);
  if (!objection && before != nullptr) objection = lost_issuer(newer, *before);
  if (!objection && before != nullptr) objection = new_fault(newer, *before);
  return objection;
}

bool same_chain(const Certificate& one, const Certificate& other) {
  return std::ranges::equal(one.parts().chain, other.parts().chain, same_bytes);
}

std::string fingerprint_of(const Certificate& certificate) {
  const std::span<const std::uint8_t> leaf = der_of(certificate.parts().chain.front());
  std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
  SHA256(leaf.data(), leaf.size(), digest.data());
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * digest.size());
  for (const std::uint8_t byte : digest) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace postern::tls
