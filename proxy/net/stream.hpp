// SPDX-License-Identifier: Apache-2.0
// One connection, over TCP or within the machine: bytes in both directions, no buffer while idle.
// Reading borrows the owner's buffer for the length of one callback; writing takes everything and
// keeps only what the kernel would not take, until it does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "proxy/net/address.hpp"
#include "proxy/net/descriptor.hpp"
#include "proxy/net/handle.hpp"
#include "proxy/net/loop.hpp"

namespace postern::net {

enum class StreamEnd {
  kFinished,  // the peer sent FIN
  kReset,     // RST, or any other error
};

class Stream {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    /// The buffer for one read; used until on_bytes() returns. Never empty.
    virtual std::span<char> lend_buffer(Stream& stream) = 0;
    virtual void on_bytes(Stream& stream, std::span<char> bytes) = 0;
    /// Nothing is read afterwards. kReset may still follow kFinished, when a write fails; each
    /// comes at most once.
    virtual void on_end(Stream& stream, StreamEnd end) = 0;
    /// All that was pending has been taken by the kernel.
    virtual void on_drained(Stream& stream) = 0;
    /// The answer to connect(): 0, or a negative libuv error.
    virtual void on_connected(Stream& stream, int error) = 0;
  };

  /// `owner` must outlive the stream, which may be destroyed at any time outside its own calls.
  Stream(Loop& loop, Owner& owner);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Takes over a connected socket. Returns 0 or a negative libuv error.
  int adopt(Descriptor connection);

  /// Before connect(): where the connection comes from, an address of this machine and of the
  /// peer's family. Returns 0 or a negative libuv error.
  int bind(const Address& source);

  /// Begins to connect, with TCP_NODELAY; on_connected() follows, never from inside this call. A
  /// connection that was made is read at once, unless that is stopped. Returns 0 or a negative
  /// libuv error, and then nothing follows.
  int connect(const Address& address);

  void start_reading() noexcept;
  void stop_reading() noexcept;
  bool reading() const noexcept { return reading_; }
  /// Whether the peer is there, and has said nothing that was not read, as far as is known here at
  /// this moment.
  bool is_quiet() const noexcept;

  /// Takes all bytes. A little leaves at the end of the loop's turn, much at once; what the kernel
  /// does not take then is copied and pending. Errors show up as on_end() on a later turn, or on
  /// the next read.
  void send(std::string_view bytes);
  /// Why kReset was told: a negative libuv error, else 0.
  int error() const noexcept { return error_; }
  bool pending() const noexcept { return pending_ != 0; }
  /// Sends now what waits for the turn's end. Then pending() tells the whole truth.
  void flush();
  std::size_t pending_bytes() const noexcept;

  /// Closes the connection now, after what was sent in this turn; what is pending is lost and the
  /// owner is not called any more.
  void close() noexcept;

  /// Sends FIN after everything sent so far.
  void finish();

 private:
  friend Outbox;
  struct Write;

  void transmit(std::string_view bytes);
  void queue(std::string_view bytes);
  void on_read(ssize_t count, char* data);
  void on_written(int status);
  void on_broken(int error);

  Owner& owner_;
  Outbox& outbox_;
  Handle<uv_tcp_t> handle_;
  bool reading_ = false;
  bool ended_ = false;      // nothing more to read
  bool broken_ = false;     // kReset was told
  bool in_outbox_ = false;  // some of what was sent
  int error_ = 0;
  std::uint32_t pending_ = 0;  // writes that libuv has not finished
};

}  // namespace postern::net
