// SPDX-License-Identifier: Apache-2.0
// Text that somebody else keeps for us, and can neither read nor change: XChaCha20-Poly1305, whose
// nonces are long enough to be drawn.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "tls/keyed_hash.hpp"

namespace postern::tls {

/// Const calls may come from any thread.
class SealingKey {
 public:
  /// What a sealed text has beside the text: a nonce and a tag.
  static constexpr std::size_t kOverhead = 24 + 16;

  explicit SealingKey(const HashSecret& secret) : secret_(secret) {}
  SealingKey(const SealingKey&) = delete;
  SealingKey& operator=(const SealingKey&) = delete;

  /// `place` is not in it, and has to be the same when it is opened: nobody can move a sealed text
  /// to another one.
  std::string seal(std::string_view text, std::string_view place) const;
  /// Empty unless it was sealed with this key, for this place.
  std::optional<std::string> open(std::string_view sealed, std::string_view place) const;

 private:
  HashSecret secret_;
};

}  // namespace postern::tls
