// SPDX-License-Identifier: Apache-2.0
// Secrets that users logged in with rightly, so that a program which still sends yesterday's is not
// taken for somebody who guesses. Only right passwords write here; the one not used for longest
// gives way.
#pragma once

#include <cstddef>
#include <cstdint>

#include "policy/bounded_table.hpp"
#include "policy/seconds.hpp"

namespace postern::policy {

/// Secrets are keyed digests of a name and a password. One thread at a time.
class RightSecrets {
 public:
  explicit RightSecrets(std::size_t capacity) : secrets_(capacity) {}

  void note(std::uint64_t digest, TimePoint now) noexcept {
    secrets_.claim(digest, [](const Use& use) { return use.last; }).last = seconds_of(now);
  }
  bool holds(std::uint64_t digest) const noexcept { return secrets_.find(digest) != nullptr; }

  /// All memory that it can ever have.
  std::size_t bytes() const noexcept { return secrets_.bytes(); }

 private:
  struct Use {
    Seconds last;
  };

  BoundedTable<Use> secrets_;
};

}  // namespace postern::policy
