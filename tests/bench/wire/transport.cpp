// SPDX-License-Identifier: Apache-2.0
#include "wire/transport.hpp"

#include <openssl/bio.h>

#include "wire/fatal.hpp"

namespace postern::bench {
namespace {

Transport& transport_of(BIO* bio) { return *static_cast<Transport*>(BIO_get_data(bio)); }

int read(BIO* bio, char* into, int size) {
  BIO_clear_retry_flags(bio);
  const int count = transport_of(bio).read({into, static_cast<std::size_t>(size)});
  if (count < 0) BIO_set_retry_read(bio);
  return count;
}

int write(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  const int count = transport_of(bio).write({bytes, static_cast<std::size_t>(size)});
  if (count < 0) BIO_set_retry_write(bio);
  return count;
}

long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

const BIO_METHOD* method() {
  static const BIO_METHOD* const kMethod = [] {
    BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "transport");
    if (made == nullptr) fatal("BIO_meth_new");
    BIO_meth_set_read(made, read);
    BIO_meth_set_write(made, write);
    BIO_meth_set_ctrl(made, control);
    return made;
  }();
  return kMethod;
}

}  // namespace

void attach(SSL* ssl, Transport& transport) {
  BIO* const bio = BIO_new(method());
  if (bio == nullptr) fatal("BIO_new");
  BIO_set_data(bio, &transport);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl, bio, bio);
}

}  // namespace postern::bench
