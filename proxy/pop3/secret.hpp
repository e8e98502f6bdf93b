// SPDX-License-Identifier: Apache-2.0
// Bytes that must never be seen: a password, or a line that holds one. It wipes itself, and no
// stream, formatter or comparison takes it; the one way out is named so that a reader notices.
#pragma once

#include <string>
#include <string_view>

namespace postern::pop3 {

/// Overwrites memory in a way that the compiler keeps.
void wipe(char* data, std::size_t size) noexcept;

/// Overwrites a string's whole storage and empties it.
void wipe(std::string& text) noexcept;

/// Makes room for `capacity` bytes, and wipes the storage that the string grew out of.
void reserve_wiping(std::string& text, std::size_t capacity);

/// Appends, and wipes the storage that the string grew out of.
void append_wiping(std::string& text, std::string_view more);

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view bytes) : bytes_(bytes) {}
  /// Takes the bytes over and leaves an empty, wiped string; nothing is copied that is not short.
  static Secret taken_from(std::string& bytes) noexcept;
  ~Secret() { wipe(bytes_); }
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  /// For sending upstream, and for nothing else. Valid while the secret lives.
  std::string_view reveal() const noexcept { return bytes_; }

  std::size_t size() const noexcept { return bytes_.size(); }
  bool empty() const noexcept { return bytes_.empty(); }

  bool operator==(const Secret&) const = delete;

 private:
  std::string bytes_;
};

/// What a login came down to, whichever mechanism it came by.
struct Credential {
  std::string user;
  Secret password;
};

}  // namespace postern::pop3
