#include "load/channel.hpp"

#include <openssl/err.h>
#include <sys/socket.h>

#include <cerrno>

namespace postern::bench {

void Channel::open(net::Descriptor socket) { socket_ = std::move(socket); }

void Channel::close() {
  // Otherwise OpenSSL forgets the session's ticket, as after a failure.
  if (ssl_) SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  ssl_.reset();
  socket_.reset();
}

void Channel::start_tls(TlsClient& client, bool resume) {
  ssl_.reset(client.connection(socket_.get(), resume));
}

Io Channel::handshake() {
  ERR_clear_error();
  return classify(SSL_do_handshake(ssl_.get()));
}

Io Channel::classify(int result) const {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_NONE:
      return Io::kDone;
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return Io::kAgain;
    case SSL_ERROR_ZERO_RETURN:
      return Io::kEnd;
    default:
      return Io::kFailed;
  }
}

Io Channel::read(std::span<char> buffer, std::size_t& count) {
  if (ssl_) {
    ERR_clear_error();
    const int got = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
    count = got > 0 ? static_cast<std::size_t>(got) : 0;
    return classify(got);
  }
  const ssize_t got = recv(socket_.get(), buffer.data(), buffer.size(), 0);
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
  const ssize_t sent = send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  return sent == static_cast<ssize_t>(bytes.size()) ? Io::kDone : Io::kFailed;
}

}  // namespace postern::bench
