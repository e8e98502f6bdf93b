// SPDX-License-Identifier: Apache-2.0
// A listening socket and the taking of connections from it. Sockets are made apart from the
// acceptor, so that a reload can open all of them before it changes anything.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <system_error>

#include "proxy/net/address.hpp"
#include "proxy/net/descriptor.hpp"
#include "proxy/net/handle.hpp"
#include "proxy/net/loop.hpp"

namespace postern::net {

/// Whether a socket may be bound where others are bound already. The system would let any process
/// of the same user share a port that allows sharing, and serve a part of its clients.
enum class Claim {
  kShared,  // beside other sockets of ours
  kAlone,   // the first of ours: fails where anybody else listens
};

/// A bound, listening, non-blocking socket, beside which others may then be opened that share its
/// port (SO_REUSEPORT). Accepted connections inherit TCP_NODELAY.
[[nodiscard]] std::expected<Descriptor, std::error_code> open_listening_socket(
    const Address& address, Claim claim = Claim::kShared);

/// Makes a listening socket that others have opened like one of ours. Why it is of no use, if it is
/// none, or not of IP.
[[nodiscard]] std::expected<void, std::string> adopt_listening_socket(const Descriptor& socket);

/// Says a last word, or none, to a connection that nobody will serve, and closes it. What the peer
/// has sent already is thrown away, or the close would be a reset and take the word with it.
void dismiss(Descriptor connection, std::string_view last_words) noexcept;

class Acceptor {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void on_accept(Acceptor& acceptor, Descriptor connection, const Address& peer) = 0;
    /// The system gave no connection though one is there: no descriptors or no memory left. Pause,
    /// or the loop spins.
    virtual void on_accept_failed(Acceptor& acceptor, std::error_code error) = 0;
  };

  /// Starts at once. `owner` must outlive the acceptor.
  Acceptor(Loop& loop, Descriptor socket, Owner& owner);
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  /// While paused, connections wait in the kernel's queue.
  void pause() noexcept;
  void resume() noexcept;
  const Address& address() const noexcept { return address_; }
  /// The address that a connection was made to: the socket's own, unless that is a wildcard.
  Address local_address_of(const Descriptor& connection) const noexcept;

 private:
  void accept_one();

  Descriptor socket_;
  Address address_;  // with the port that the system chose
  Owner& owner_;
  Handle<uv_poll_t> poll_;
};

}  // namespace postern::net
