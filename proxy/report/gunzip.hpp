// SPDX-License-Identifier: Apache-2.0
// Unpacks what gzip has packed (RFC 1952), piece by piece: however much a file unpacks to, no more
// memory is taken than for one piece.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace postern::report {

class Gunzip {
 public:
  Gunzip();
  ~Gunzip();
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;

  /// Whether a file that begins so was packed by gzip.
  static bool is_packed(std::string_view head) noexcept;

  /// Takes packed bytes off the front of `packed` and returns how many of `room` it has filled;
  /// none: it needs more. Nothing when they are broken, and from then on.
  std::optional<std::size_t> next(std::string_view& packed, std::span<char> room) noexcept;

  /// Whether the packed bytes were complete: a file may end here.
  bool is_complete() const noexcept { return complete_; }

 private:
  struct Stream;  // zlib's

  std::unique_ptr<Stream> stream_;
  bool complete_ = false;
  bool broken_ = false;
};

}  // namespace postern::report
