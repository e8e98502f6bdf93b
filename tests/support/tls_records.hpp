// SPDX-License-Identifier: Apache-2.0
// TLS records and messages made by hand, for what no proper client would send.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::testing {

enum class Content : std::uint8_t { kAlert = 21, kHandshake = 22, kData = 23 };

/// Seals records under the keys of a TLS 1.2 client, which must have agreed on AES-128-GCM and is
/// of no use for writing afterwards.
class RecordSealer {
 public:
  explicit RecordSealer(SSL* client);

  std::string seal(Content type, std::string_view plaintext);

 private:
  std::string key_;
  std::string salt_;
  std::uint64_t sequence_;
};

/// A plaintext record.
std::string plain_record(Content type, std::string_view payload);

/// The ClientHello of one record with its SNI replaced by `name`, whatever that is.
std::string with_server_name(std::string_view record, std::string_view name);

}  // namespace postern::testing
