// Names with passwords that were seen in clear, so that it is noticed when one of them is still in
// use. Only keyed digests are kept: whoever reads this memory learns no password, and cannot try
// one without the key.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "policy/bounded_table.hpp"
#include "policy/window_count.hpp"

namespace postern::policy {

/// One thread at a time.
class ExposedCredentials {
 public:
  /// Of a name and a password, made with a key of this process; as good as random.
  using Digest = std::array<std::uint8_t, 16>;

  /// Never holds more than `capacity`, rounded up to a power of two.
  explicit ExposedCredentials(std::size_t capacity = 65'536) : entries_(capacity) {}

  /// When there is no room, one of the oldest goes, and before those that are confirmed. Anybody
  /// can send made-up passwords in clear, so what is known to be right stays longest.
  void remember(const Digest& digest, TimePoint now) noexcept;

  /// Takes as long whatever part of a digest matches.
  bool contains(const Digest& digest) const noexcept;

  /// The backend took this password. Nothing happens if it is not here.
  void confirm(const Digest& digest) noexcept;

  /// The password was changed, or an administrator says so.
  void forget(const Digest& digest) noexcept;

  std::size_t size() const noexcept { return entries_.size(); }
  /// All memory that it can ever have.
  std::size_t bytes() const noexcept { return entries_.bytes(); }

 private:
  enum class Standing : std::uint8_t { kClaimed, kConfirmed };

  struct Entry {
    std::uint64_t rest;  // of the digest; its first half is the key
    TimePoint seen;
    Standing standing;
  };

  BoundedTable<Entry> entries_;
};

}  // namespace postern::policy
