// SPDX-License-Identifier: Apache-2.0
// What servers gave us to resume with, by the name that they were called by. Part of a client
// context, so it is never older than what that asks of a server, and goes with it. Thread-safe;
// looked at once a handshake.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <string>

namespace postern::tls {

class SessionCache {
 public:
  static constexpr std::size_t kMostNames = 64;
  static constexpr std::size_t kMostEach = 8;

  /// Keeps one that this server gave; the oldest of too many is forgotten.
  void put(const std::string& server, bssl::UniquePtr<SSL_SESSION> session);

  /// The newest, or null. One of TLS 1.3 is handed out once (RFC 8446 appendix C.4), older ones as
  /// often as they are asked for.
  bssl::UniquePtr<SSL_SESSION> take(const std::string& server);

 private:
  std::mutex mutex_;  // guards all below
  std::map<std::string, std::deque<bssl::UniquePtr<SSL_SESSION>>> sessions_;
};

}  // namespace postern::tls
