// SPDX-License-Identifier: Apache-2.0
// The keys that a signer has, by the numbers that they are asked for by. Used by all its threads.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "tls/private_key.hpp"

namespace postern::keys {

class KeyRing {
 public:
  using Key = std::shared_ptr<const tls::PrivateKey>;

  void put(std::uint64_t number, Key key) {
    const std::unique_lock lock(mutex_);
    keys_[number] = std::move(key);
  }
  /// A signature that is being made is finished.
  void drop(std::uint64_t number) {
    const std::unique_lock lock(mutex_);
    keys_.erase(number);
  }
  /// Null when there is none.
  Key find(std::uint64_t number) const {
    const std::shared_lock lock(mutex_);
    const auto found = keys_.find(number);
    return found == keys_.end() ? nullptr : found->second;
  }

 private:
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::uint64_t, Key> keys_;
};

}  // namespace postern::keys
