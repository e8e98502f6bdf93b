#include "load/socket_bio.hpp"

#include <openssl/bio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "wire/fatal.hpp"

namespace postern::bench {
namespace {

std::array<char, 65'536> ahead;  // shared by all connections: there is one thread

SocketBio& self_of(BIO* bio) { return *static_cast<SocketBio*>(BIO_get_data(bio)); }

long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

}  // namespace

void SocketBio::serve(SSL* ssl, Socket& socket) {
  socket_ = &socket;
  ended_ = false;
  shared_ = false;
  unread_ = {};
  BIO* const bio = BIO_new(method());
  if (bio == nullptr) fatal("BIO_new");
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl, bio, bio);
}

void SocketBio::keep() {
  if (!std::exchange(shared_, false)) return;
  kept_ = unread_;
  unread_ = kept_;
}

const BIO_METHOD* SocketBio::method() {
  static const BIO_METHOD* const kMethod = [] {
    BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "ahead");
    if (made == nullptr) fatal("BIO_meth_new");
    BIO_meth_set_read(made, read);
    BIO_meth_set_write(made, write);
    BIO_meth_set_ctrl(made, control);
    return made;
  }();
  return kMethod;
}

// False when there is nothing now; the end and a broken connection are an end.
bool SocketBio::fill() {
  const ssize_t count = socket_->receive(ahead);
  if (count < 0 && errno == EAGAIN) return false;
  ended_ = count <= 0;
  shared_ = true;
  unread_ = {ahead.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
  return true;
}

int SocketBio::read(BIO* bio, char* into, int size) {
  BIO_clear_retry_flags(bio);
  SocketBio& self = self_of(bio);
  if (self.unread_.empty() && !self.fill()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const std::size_t count = std::min(static_cast<std::size_t>(size), self.unread_.size());
  std::memcpy(into, self.unread_.data(), count);
  self.unread_.remove_prefix(count);
  return static_cast<int>(count);
}

int SocketBio::write(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t sent = self_of(bio).socket_->send({bytes, static_cast<std::size_t>(size)});
  if (sent < 0 && errno == EAGAIN) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

}  // namespace postern::bench
