// SPDX-License-Identifier: Apache-2.0
// The TLS state of one connection, without a socket: ciphertext and plaintext go in and out of
// buffers that the caller lends for the length of one call. Holds no buffer of its own while idle.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "tls/agreement.hpp"
#include "tls/client_context.hpp"
#include "tls/lane.hpp"
#include "tls/signatory.hpp"
#include "tls/suite.hpp"

namespace postern::tls {

/// Ciphertext lent for one call. `input` shrinks from the front by what was consumed; what is left
/// must be lent again later. `output` is filled up to `produced` and must be sent in order.
struct Exchange {
  std::span<const std::uint8_t> input;
  std::span<std::uint8_t> output;
  std::size_t produced = 0;
  Signatory* signatory = nullptr;  // for keys that are elsewhere; only a handshake asks
};

enum class Progress {
  kDone,        // the call did what it was asked
  kWantInput,   // needs more ciphertext than was lent
  kWantOutput,  // `output` is full: send it, then call again with the same arguments
  kWantKey,     // whoever has the certificate's key is asked: call again when it has answered
  kClosed,      // the peer said close_notify: a clean end of its direction
  kFailed,      // dead; failure() tells why; `produced` may hold an alert to send, as far as it fit
};

struct Result {
  Progress progress = Progress::kDone;
  std::size_t bytes = 0;  // plaintext read or accepted; may be > 0 together with any progress
};

/// Neither copies nor moves. Not thread-safe. No call blocks or calls back.
class Engine {
 public:
  /// The server end. Keeps the lane's context alive.
  static std::unique_ptr<Engine> accept(Lane lane);
  /// The same, where the name that the client asks for may decide which of several it is.
  static std::unique_ptr<Engine> accept(Lanes lanes);

  /// The client end, for a server of this name: what its certificate has to be for, and what it is
  /// told in SNI unless it is an IP literal (RFC 6066 section 3). The first handshake() says
  /// something, without any input. Keeps the context alive.
  static std::unique_ptr<Engine> connect(std::shared_ptr<const ClientContext> context,
                                         std::string_view server_name);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Goes on with the handshake. kDone once it is complete. `exchange.input` may still hold
  /// application data that came in the same segment: read() it at once. In TLS 1.3 a server's
  /// session ticket leaves with the first write().
  Progress handshake(Exchange& exchange);

  /// What was asked of whoever has the key, from kWantKey on until handshake() has taken the
  /// answer; else null. Goes with the engine.
  KeyRequest* key_request() noexcept;
  /// Takes the question back; the handshake then never ends.
  void forget_key_request() noexcept;

  /// Decrypts into `plaintext` until it is full or the input is used up (kWantInput: all input was
  /// taken; a partial record may be kept inside). Handles KeyUpdate and alerts.
  Result read(Exchange& exchange, std::span<char> plaintext);

  /// Until this is said, read() overwrites BoringSSL's own copy of whatever it decrypts, and takes
  /// a little longer. To be said once no password can come any more.
  void expect_no_more_secrets() noexcept;

  /// Encrypts as much of `plaintext` as the output takes, in records of up to 16 KiB. With
  /// kWantOutput, `bytes` were accepted; call again with the rest, in any portions. Bytes that were
  /// offered and not accepted must not change: their record may be on its way. An output of 8 KiB
  /// or more is never left with half a record, apart from the first one with its ticket.
  /// kWantInput before the handshake is done.
  Result write(Exchange& exchange, std::span<const char> plaintext);

  /// Says close_notify, after what is left of a record that write() began. kDone when the alert is
  /// in `output`, and at once when it was said before or the handshake is not done; does not wait
  /// for the peer's. Reading may go on, writing not.
  Progress close(Exchange& exchange);

  bool established() const noexcept;
  /// What was agreed, once established.
  Version version() const noexcept;
  /// The same with the cipher; of no TLS before.
  Suite suite() const noexcept;
  /// Only meaningful once established (SNI, lane and hello are known earlier).
  Agreement agreement() const;
  /// The certificate that the peer has shown, in DER; empty where it has shown none.
  std::string peer_leaf() const;
  /// Why it failed, for the log: "no shared cipher", "peer sent alert: unknown ca", … Empty before
  /// a call returned kFailed. No bytes of the peer in it.
  std::string failure() const;

  struct Parts;

 private:
  explicit Engine(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace postern::tls
