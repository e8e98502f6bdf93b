// SPDX-License-Identifier: Apache-2.0
// What stands in the engine in the place of names, addresses and passwords: keyed hashes, and
// sealed texts for what the machines have to read again. All of it comes from the 32 bytes that
// they share and the engine never sees.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "tls/keyed_hash.hpp"
#include "tls/sealing_key.hpp"

namespace postern::cluster {

/// Const calls may come from any thread.
class ClusterKeys {
 public:
  explicit ClusterKeys(const tls::HashSecret& secret);

  /// The name of something, which is the same on all machines: 16 bytes as 22 characters. The first
  /// part says of what kind it is.
  std::string name_of(std::initializer_list<std::string_view> parts) const;
  /// A shorter one, where there are millions: two that were the same by chance would be counted
  /// together, and of a million no two are.
  std::uint64_t number_of(std::initializer_list<std::string_view> parts) const;

  /// Sealed for that place; how long it is tells only roughly how long the text was.
  std::string seal(std::string_view text, std::string_view place) const;
  std::optional<std::string> open(std::string_view sealed, std::string_view place) const;

 private:
  tls::KeyedHash hash_;
  tls::SealingKey seal_;
};

/// A number as it stands in names: 11 characters.
std::string text_of(std::uint64_t number);

}  // namespace postern::cluster
