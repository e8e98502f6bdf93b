// SPDX-License-Identifier: Apache-2.0
// What the alert of a client means for whoever runs the server (RFC 8446 section 6), and where it
// is found when the client says it too early for the library to hear it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace postern::tls {

/// A few words about what the client did not like, "does not trust the chain"; never empty.
std::string_view meaning_of_alert(std::uint8_t number) noexcept;

/// The same of the alert that BoringSSL's error tells; empty where it tells none.
std::string_view alert_told_by(std::uint32_t code) noexcept;

/// Follows the records of a handshake. In TLS 1.3 a client that runs on OpenSSL and takes offence
/// at the certificate says so in clear, when all is encrypted already: the library sees a record
/// that it cannot decrypt. A value.
class AlertWatch {
 public:
  /// Takes the next bytes, in any portions.
  void take(std::span<const std::uint8_t> bytes) noexcept;

  /// The number of the alert in clear that the last bytes were; nothing for all else, also for one
  /// that only says goodbye (close_notify).
  std::optional<std::uint8_t> alert() const noexcept;

  /// The error of a handshake of this version, as the wire has it: BoringSSL's (0 for none), or
  /// what it should have been.
  std::uint32_t told(int version, std::uint32_t code) const noexcept;

 private:
  static constexpr std::size_t kHeader = 5;  // type, version, length (RFC 8446 section 5.1)
  static constexpr std::size_t kAlert = 2;   // level, number

  std::array<std::uint8_t, kHeader + kAlert> head_{};  // of the present record
  std::uint8_t seen_ = 0;                              // bytes of it in head_
  std::uint16_t rest_ = 0;                             // bytes of it that are not kept
};

}  // namespace postern::tls
