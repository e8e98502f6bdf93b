// SPDX-License-Identifier: Apache-2.0
// What a worker lends to its sessions for the length of a callback: memory, and whoever has the
// keys of certificates. An idle session holds none of it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace postern::tls {
class Signatory;
}

namespace postern::transport {

class Transport;

struct Buffers {
  /// What one read may bring. Towards the client it is one TLS record; from the backend three of
  /// them: a larger read costs less per byte, but all of it may have to be kept for a slow client.
  static constexpr std::size_t kClientRead = 16'384 + 512;
  static constexpr std::size_t kBackendRead = 3 * 16'384;
  /// Three full records with their overhead, and what a handshake says after them.
  static constexpr std::size_t kOutput = kBackendRead + 8'192;

  std::array<char, kBackendRead> input;      // as read from a socket
  std::array<char, kClientRead> plaintext;   // decrypted
  std::array<std::uint8_t, kOutput> output;  // encrypted, `output_used` of it not yet sent
  std::size_t output_used = 0;
  Transport* output_owner = nullptr;    // whose bytes these are
  tls::Signatory* signatory = nullptr;  // null where all keys are in this process
};

}  // namespace postern::transport
