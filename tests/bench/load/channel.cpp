// SPDX-License-Identifier: Apache-2.0
#include "load/channel.hpp"

#include <openssl/err.h>

#include <cerrno>

namespace postern::bench {

void Channel::open(net::Descriptor socket) { socket_.open(std::move(socket)); }

void Channel::close() {
  ssl_.reset();
  socket_.close();
}

void Channel::start_tls(TlsClient& client, bool resume) {
  ssl_ = client.connection(resume);
  ahead_.reset();
  attach(ssl_.get(), ahead_);
}

Io Channel::handshake() {
  ERR_clear_error();
  return classify(SSL_do_handshake(ssl_.get()));
}

Io Channel::classify(int result) {
  ahead_.keep();
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_NONE:
      return Io::kDone;
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return Io::kAgain;
    case SSL_ERROR_ZERO_RETURN:
      return Io::kEnd;
    default:
      // A server that hangs up without close_notify has ended all the same.
      return ahead_.ended() ? Io::kEnd : Io::kFailed;
  }
}

Io Channel::read(std::span<char> buffer, std::size_t& count) {
  if (ssl_) {
    ERR_clear_error();
    const int got = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
    count = got > 0 ? static_cast<std::size_t>(got) : 0;
    return classify(got);
  }
  const ssize_t got = socket_.receive(buffer);
  if (got == 0) return Io::kEnd;
  if (got < 0) return errno == EAGAIN ? Io::kAgain : Io::kFailed;
  count = static_cast<std::size_t>(got);
  return Io::kDone;
}

Io Channel::write(std::string_view bytes) {
  if (ssl_) {
    ERR_clear_error();
    return classify(SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())));
  }
  const ssize_t sent = socket_.send(bytes);
  return sent == static_cast<ssize_t>(bytes.size()) ? Io::kDone : Io::kFailed;
}

}  // namespace postern::bench
