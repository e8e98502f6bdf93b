// SPDX-License-Identifier: Apache-2.0
#include "tests/shell/peer.hpp"

#include <sys/socket.h>

#include <array>
#include <catch2/catch.hpp>
#include <cerrno>

namespace postern::shell {

void Peer::send_all(std::string_view bytes) const { REQUIRE(say_some(bytes) == bytes.size()); }

std::size_t Peer::say_some(std::string_view text) const {
  const ssize_t sent = ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent < 0 ? 0 : static_cast<std::size_t>(sent);
}

void Peer::say(std::string_view text) {
  if (!tls_) return send_all(text);
  tls_->write(text);
  send_all(tls_->take());
}

void Peer::start_tls(const testing::TlsClientOptions& options) {
  tls_ = std::make_unique<testing::TlsClient>(options);
  tls_->handshake();
  send_all(tls_->take());
}

bool Peer::secured() {
  pull();
  return done_;
}

bool Peer::heard(std::string_view text) {
  pull();
  return words().find(text) != std::string::npos;
}

bool Peer::left_alone() {
  pull();
  return ended_;
}

void Peer::pull() {
  std::array<char, 65'536> bytes;
  while (!ended_) {
    const ssize_t count = ::recv(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) break;
    if (count <= 0) {
      ended_ = true;
      reset_ = count < 0;
      break;
    }
    const std::string_view got(bytes.data(), static_cast<std::size_t>(count));
    tls_ ? tls_->feed(got) : static_cast<void>(words_.append(got));
  }
  if (!tls_) return;
  if (!done_) {
    done_ = tls_->handshake() == testing::Step::kDone;
    const std::string flight = tls_->take();
    if (!flight.empty() && !ended_) send_all(flight);
  }
  if (done_) goodbye_ = tls_->read() == testing::Step::kClosed;
}

void Peer::finish() const { REQUIRE(shutdown(socket_.get(), SHUT_WR) == 0); }

void Peer::reset() {
  const linger at_once{1, 0};
  setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  socket_.reset();
}

void Peer::narrow() const {
  const int least = 1;
  setsockopt(socket_.get(), SOL_SOCKET, SO_SNDBUF, &least, sizeof least);
}

}  // namespace postern::shell
