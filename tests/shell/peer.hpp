// SPDX-License-Identifier: Apache-2.0
// A mail client, or a mail server, as a test plays it: a plain socket, with TLS in front of it once
// that was begun. It never waits; a loop is turned until it has heard what it should.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "proxy/net/descriptor.hpp"
#include "tests/support/tls_client.hpp"

namespace postern::shell {

class Peer {
 public:
  explicit Peer(net::Descriptor socket) : socket_(std::move(socket)) {}

  /// All of it, at once.
  void say(std::string_view text);
  /// As much as finds room; how much that was. Only without TLS.
  std::size_t say_some(std::string_view text) const;
  /// From here on what is said and heard is under TLS; says the ClientHello.
  void start_tls(const testing::TlsClientOptions& options = {});
  /// Takes what has arrived. Whether the handshake is done.
  bool secured();

  /// Takes what has arrived. Whether all that was heard so far holds this.
  bool heard(std::string_view text);
  const std::string& words() const noexcept { return tls_ ? tls_->received : words_; }
  void forget() { (tls_ ? tls_->received : words_).clear(); }

  /// Takes what has arrived. Whether the other end has closed, or reset the connection.
  bool left_alone();
  bool was_reset() const noexcept { return reset_; }
  /// Whether TLS was ended as it should be.
  bool was_told_goodbye() const noexcept { return goodbye_; }

  /// Ends its own direction.
  void finish() const;
  /// Closes both directions.
  void close() { socket_.reset(); }
  /// Closes with a RST.
  void reset();
  /// What it sends finds as little room as the system allows.
  void narrow() const;
  int descriptor() const noexcept { return socket_.get(); }

 private:
  void pull();
  void send_all(std::string_view bytes) const;

  net::Descriptor socket_;
  std::unique_ptr<testing::TlsClient> tls_;
  std::string words_;
  bool done_ = false;
  bool ended_ = false;
  bool reset_ = false;
  bool goodbye_ = false;
};

}  // namespace postern::shell
