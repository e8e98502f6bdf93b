// SPDX-License-Identifier: Apache-2.0
// Private keys that are not in this process: whoever has them reads their files, says what belongs
// to them, and signs (see tls/signatory.hpp). Nothing of a key comes back.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "tls/error.hpp"

namespace postern::tls {

/// One key that a holder has. It is let go there when this object goes.
class HeldKey {
 public:
  explicit HeldKey(std::uint64_t number) noexcept : number_(number) {}
  virtual ~HeldKey() = default;
  HeldKey(const HeldKey&) = delete;
  HeldKey& operator=(const HeldKey&) = delete;

  /// What the holder knows it by.
  std::uint64_t number() const noexcept { return number_; }

 private:
  std::uint64_t number_;
};

/// What a holder tells of a PEM file; an outline is its BEGIN lines, for PemBlocks.
struct ToldCertificates {
  std::vector<std::string> certificates;  // each in DER, in order
  std::string outline;
};
struct TakenKey {
  std::string public_key;  // its SubjectPublicKeyInfo, in DER
  std::string outline;
  std::shared_ptr<const HeldKey> held;
};

class KeyHolder {
 public:
  virtual ~KeyHolder() = default;

  /// The certificates in a PEM file, which may hold a key, too. Errors are those of parse_chain().
  [[nodiscard]] virtual std::expected<ToldCertificates, Error> certificates_in(
      const std::string& file) = 0;

  /// Takes the first private key in a PEM file. Errors are those of parse_key().
  [[nodiscard]] virtual std::expected<TakenKey, Error> take(const std::string& file) = 0;
};

}  // namespace postern::tls
