// SPDX-License-Identifier: Apache-2.0
// One certificate chain and its private key, checked to belong together, ready to be served. The
// key is here, or with a holder of keys in another process.
// Immutable after loading; shared by every context of a snapshot.
#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tls/doubt.hpp"
#include "tls/error.hpp"
#include "tls/tls_settings.hpp"

namespace postern::tls {

enum class KeyType { kRsa, kEcdsa, kEd25519 };

class KeyHolder;

class Certificate {
 public:
  /// Reads both files (1 MiB at most each), parses them and checks that the key belongs to one of
  /// the certificates, the leaf. The chain is put in order; doubts() tell if it was not. With a
  /// holder it is the one who reads, and keeps the key.
  [[nodiscard]] static std::expected<std::shared_ptr<const Certificate>, Error> load(
      const CertificateFiles& files, KeyHolder* keys = nullptr);

  /// The same from PEM text; `label` stands in for the file name in errors.
  [[nodiscard]] static std::expected<std::shared_ptr<const Certificate>, Error> parse(
      std::string_view chain_pem, std::string_view key_pem, std::string_view label);

  ~Certificate();
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;

  /// Whether the leaf's SAN covers a DNS name or an IP literal (RFC 9525: wildcards only as the
  /// whole leftmost label, no common-name fallback). Case is ignored.
  bool matches(std::string_view name) const;

  /// The DNS and IP entries of the SAN, as text.
  const std::vector<std::string>& names() const noexcept;
  std::chrono::sys_seconds not_before() const noexcept;
  std::chrono::sys_seconds not_after() const noexcept;
  KeyType key_type() const noexcept;
  /// Why clients may refuse the chain although it can be served, each with what mends it.
  const std::vector<Doubt>& doubts() const noexcept;

  /// The same, to be shown with an OCSP response in DER, which the caller has looked into.
  std::shared_ptr<const Certificate> with_ocsp(std::string response) const;
  const std::string& ocsp() const noexcept { return ocsp_; }

  struct Parts;  // BoringSSL's objects; only tls/ sees inside
  const Parts& parts() const noexcept { return *parts_; }

 private:
  explicit Certificate(std::shared_ptr<const Parts> parts, std::string ocsp = {});

  std::shared_ptr<const Parts> parts_;
  std::string ocsp_;  // DER; empty: none
};

}  // namespace postern::tls
