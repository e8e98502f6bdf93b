// SPDX-License-Identifier: Apache-2.0
// One connection as whoever talks over it sees it: plaintext in, plaintext out, TLS or not. A plain
// transport can become a TLS one, once, as its server's end or its client's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "proxy/net/stream.hpp"
#include "proxy/transport/buffers.hpp"
#include "proxy/transport/opening.hpp"
#include "proxy/transport/wire_tally.hpp"
#include "tls/agreement.hpp"
#include "tls/suite.hpp"
#include "tls/tls_settings.hpp"

namespace postern::tls {
class ClientContext;
class Engine;
struct Exchange;
struct Lanes;
}  // namespace postern::tls

namespace postern::transport {

enum class TransportEnd {
  kFinished,   // a clean end of the peer's direction
  kTruncated,  // TLS without its close_notify
  kReset,
  kTlsFailed,  // the handshake or a record; tls_failure() tells why
};

class Transport final : private net::Stream::Owner {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void on_plaintext(Transport& transport, std::span<char> bytes) = 0;
    /// The handshake is complete. Data that came with it follows at once.
    virtual void on_secured(Transport& transport) = 0;
    virtual void on_end(Transport& transport, TransportEnd end) = 0;
    /// What was said inside on_plaintext() did not all fit; on_drained() follows.
    virtual void on_full(Transport& transport) = 0;
    virtual void on_drained(Transport& transport) = 0;
    virtual void on_connected(Transport& transport, int error) = 0;
  };

  /// `read_size` is how much of the lent buffer one read may use. Everything handed in must outlive
  /// the transport.
  Transport(net::Loop& loop, Buffers& buffers, Owner& owner, std::size_t read_size);
  ~Transport() override;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  /// From here on another owner is told. It must outlive the transport.
  void hand_over(Owner& owner) noexcept { owner_ = &owner; }

  /// See net::Stream.
  int adopt(net::Descriptor connection) { return stream_.adopt(std::move(connection)); }
  int bind(const net::Address& source) { return stream_.bind(source); }
  int connect(const net::Address& address) { return stream_.connect(address); }

  /// From here on the link is TLS, and we are its server: the handshake starts with the next bytes
  /// that are read. agreement() tells which lane it was.
  void accept_tls(tls::Lanes lanes);
  /// From here on the link is TLS, and we are the client of a server of this name, a host name or
  /// an IP literal: the handshake starts at once.
  void connect_tls(std::shared_ptr<const tls::ClientContext> context, std::string_view server_name);
  /// Nothing that is read from here on is a password. See tls::Engine.
  void expect_no_more_secrets() noexcept;
  const Opening& opening() const noexcept { return opening_; }

  void set_reading(bool wanted) noexcept;
  /// See net::Stream.
  bool is_quiet() const noexcept { return stream_.is_quiet(); }

  /// Takes all bytes. What the kernel has not taken then is pending().
  void send(std::string_view bytes);

  /// Whether something waits for a peer that does not read. What was sent in this turn may still
  /// be held back, and is not counted.
  bool pending() const noexcept { return stream_.pending(); }
  /// Sends all that is held back, and tells whether the kernel has everything that was ever sent:
  /// then a close takes nothing of it away.
  bool flushed();
  std::size_t pending_bytes() const noexcept { return stream_.pending_bytes(); }

  /// Says close_notify if the link is TLS, and sends all that was held back by a cork.
  void say_goodbye();
  /// Sends FIN after everything sent so far.
  void finish() { stream_.finish(); }

  /// From here on what comes is read and thrown away, so that a close does not reset the connection
  /// and take our last words away with it. The peer's end is still told, and as a reset when it
  /// sends without end.
  void discard_input() noexcept;

  /// Closes the socket now. Nothing is called back any more.
  void close() noexcept;

  /// Whether it is, be the handshake complete or not.
  bool is_tls() const noexcept { return engine_ != nullptr; }
  /// Whether the handshake waits for whoever has the certificate's key.
  bool awaits_key() const noexcept;
  /// Whether the handshake is complete.
  bool secured() const noexcept;
  /// What was agreed, once secured(); SNI, lane and hello are known earlier. Empty while the link
  /// is plain.
  tls::Agreement agreement() const;
  /// The version that was agreed, once secured().
  tls::Version tls_version() const noexcept;
  /// The same with the cipher, as the wire has it; of no TLS while the link is plain.
  tls::Suite tls_suite() const noexcept;
  /// The certificate that the peer has shown, in DER; empty where it has shown none.
  std::string peer_leaf() const;
  /// Why kTlsFailed was told, for the log; no bytes of the peer in it. Else empty.
  std::string tls_failure() const;
  /// Whether the peer has ended its direction, in whichever way.
  bool peer_has_left() const noexcept { return peer_has_left_; }
  /// Why kReset was told: a negative libuv error, else 0.
  int error() const noexcept { return stream_.error(); }
  /// Bytes of the wire, both ways; they can be counted elsewhere, too.
  std::uint64_t bytes_in() const noexcept { return wire_.in(); }
  std::uint64_t bytes_out() const noexcept { return wire_.out(); }
  WireCount& wire() noexcept { return wire_; }

 private:
  friend class Cork;

  std::span<char> lend_buffer(net::Stream& stream) override;
  void on_bytes(net::Stream& stream, std::span<char> bytes) override;
  void on_end(net::Stream& stream, net::StreamEnd end) override;
  void on_drained(net::Stream&) override { owner_->on_drained(*this); }
  void on_connected(net::Stream&, int error) override { owner_->on_connected(*this, error); }

  void discard(std::span<char> bytes);
  void wipe_if_clear(std::span<char> bytes) noexcept;
  void on_ciphertext(std::span<const char> bytes);
  bool shake_hands(tls::Exchange& exchange);  // whether it is complete
  void keep(std::span<const char> bytes);
  void on_key();
  void read_records(tls::Exchange& exchange);
  tls::Exchange exchange_for(std::span<const char> input);
  void take_output(const tls::Exchange& exchange) noexcept;
  void flush();
  void send_now(std::string_view bytes);

  Buffers& buffers_;
  Owner* owner_;
  std::size_t read_size_;
  WireCount wire_;
  unsigned corks_ = 0;
  bool over_ = false;  // nothing more is told of the peer's direction
  bool peer_has_left_ = false;
  bool discarding_ = false;
  std::uint32_t discarded_ = 0;
  Opening opening_;
  std::unique_ptr<tls::Engine> engine_;
  net::Stream stream_;
};

/// While one lives, what is sent under TLS is put together; with the last one it goes out in one
/// write. The transport must outlive it.
class Cork {
 public:
  explicit Cork(Transport& transport) noexcept : transport_(transport) { ++transport_.corks_; }
  ~Cork() {
    if (--transport_.corks_ == 0) transport_.flush();
  }
  Cork(const Cork&) = delete;
  Cork& operator=(const Cork&) = delete;

 private:
  Transport& transport_;
};

}  // namespace postern::transport
