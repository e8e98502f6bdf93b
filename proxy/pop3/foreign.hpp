// SPDX-License-Identifier: Apache-2.0
// Tells other protocols from POP3 by their first line, so that a browser or a mail relay that was
// tricked or misconfigured into talking to us gets no further (ALPACA), and the log can name it.
#pragma once

#include <cstdint>
#include <string_view>

namespace postern::pop3 {

enum class Stranger : std::uint8_t {
  kNone,  // POP3, or nothing that is known
  kHttp,
  kSmtp,
  kImap,
  kSsh,
  kTls,    // a ClientHello where none is expected
  kProxy,  // a header of the PROXY protocol, of either version
};

/// "HTTP", "SMTP" and so on; empty for kNone.
std::string_view name_of(Stranger stranger) noexcept;

/// Who begins like this. The bytes may be a line without its end, or what has come of one.
Stranger stranger_in(std::string_view beginning) noexcept;

/// Judges what a client says first, empty lines and the line after them.
class FirstLine {
 public:
  /// Lines that come later are nobody's beginning.
  Stranger judge(std::string_view line) noexcept;

  /// Whether bytes that may never become a line are the beginning of one that ends the session.
  bool forbids(std::string_view bytes) const noexcept {
    return !over_ && bytes.starts_with(kTlsRecord);
  }

  /// A handshake of TLS: the kind of record and the first byte of its version.
  static constexpr std::string_view kTlsRecord = "\x16\x03";

 private:
  bool over_ = false;
  std::uint32_t empty_lines_ = 0;
};

}  // namespace postern::pop3
