// SPDX-License-Identifier: Apache-2.0
// Why something in tls/ failed: what kind of thing it was, BoringSSL's own number, a sentence, and
// the command that mends it where there is one.
#pragma once

#include <cstdint>
#include <string>

namespace postern::tls {

enum class ErrorKind {
  kFile,         // cannot be read
  kCertificate,  // not PEM, not X.509, or an empty chain
  kKey,          // not PEM, encrypted, or of an unsupported type
  kMismatch,     // the key does not belong to the certificate
  kLibrary,      // BoringSSL refused; `code` tells
};

struct Error {
  ErrorKind kind = ErrorKind::kLibrary;
  std::uint32_t code = 0;  // ERR_get_error() or errno; 0 when there is none
  std::string text;        // one line, names the file it is about
  std::string fix = {};    // a command for a shell, or words; empty where nothing is known to help

  /// Both, as one line.
  std::string said() const { return fix.empty() ? text : text + "; " + fix; }

  bool operator==(const Error&) const = default;
};

}  // namespace postern::tls
