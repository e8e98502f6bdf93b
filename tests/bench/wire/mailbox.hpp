// SPDX-License-Identifier: Apache-2.0
// The messages that the backend serves and that the load generator expects, byte by byte.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace postern::bench {

class Mailbox {
 public:
  static constexpr std::size_t kMessages = 4;

  Mailbox();

  /// Of message 1 … kMessages: 4 KiB, 64 KiB, 1 MiB, 100 MiB.
  static std::size_t size_of(std::size_t message) noexcept { return kSizes[message - 1]; }

  /// What stands at `offset` of a message's body on the wire, its final dot included; as much as
  /// lies in one piece, empty behind the end.
  std::string_view at(std::size_t message, std::size_t offset) const noexcept;

  /// The numbers in the answer to STAT.
  const std::string& totals() const noexcept { return totals_; }

 private:
  static constexpr std::size_t kMiB = 1'048'576;
  static constexpr std::array<std::size_t, kMessages> kSizes = {4'096, 65'536, kMiB, 100 * kMiB};

  std::array<std::string, kMessages> blocks_;  // the last one is repeated
  std::string totals_;
};

}  // namespace postern::bench
