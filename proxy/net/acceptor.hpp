// A listening socket and the taking of connections from it. Sockets are made apart from the
// acceptor, so that a reload can open all of them before it changes anything.
#pragma once

#include <expected>
#include <system_error>

#include "proxy/net/address.hpp"
#include "proxy/net/descriptor.hpp"
#include "proxy/net/handle.hpp"
#include "proxy/net/loop.hpp"

namespace postern::net {

/// A bound, listening, non-blocking socket that shares its port with other sockets of this process
/// (SO_REUSEPORT). Accepted connections inherit TCP_NODELAY.
[[nodiscard]] std::expected<Descriptor, std::error_code> open_listening_socket(
    const Address& address);

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
