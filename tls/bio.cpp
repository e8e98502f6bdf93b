// SPDX-License-Identifier: Apache-2.0
#include "tls/bio.hpp"

#include <openssl/bio.h>

#include <algorithm>
#include <cstring>

#include "policy/must.hpp"
#include "tls/engine.hpp"
#include "tls/lane_choice.hpp"  // IWYU pragma: keep: its destructor is needed here

namespace postern::tls {
namespace {

Lent& lent(BIO* bio) { return *static_cast<Lent*>(BIO_get_data(bio)); }

void note_landing(Lent& lent, std::uint8_t* at, std::size_t size) noexcept {
  const bool goes_on = at == lent.landed.data() + lent.landed.size();
  lent.landed =
      goes_on ? std::span(lent.landed.data(), lent.landed.size() + size) : std::span(at, size);
}

int read_lent(BIO* bio, char* out, int size) {
  BIO_clear_retry_flags(bio);
  Exchange* exchange = lent(bio).exchange;
  if (exchange == nullptr || exchange->input.empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const std::size_t n = std::min(static_cast<std::size_t>(size), exchange->input.size());
  std::memcpy(out, exchange->input.data(), n);
  note_landing(lent(bio), reinterpret_cast<std::uint8_t*>(out), n);
  exchange->input = exchange->input.subspan(n);
  return static_cast<int>(n);
}

int write_lent(BIO* bio, const char* in, int size) {
  BIO_clear_retry_flags(bio);
  Exchange* exchange = lent(bio).exchange;
  if (exchange == nullptr || exchange->produced == exchange->output.size()) {
    BIO_set_retry_write(bio);
    return -1;
  }
  const auto room = exchange->output.subspan(exchange->produced);
  const std::size_t n = std::min(static_cast<std::size_t>(size), room.size());
  std::memcpy(room.data(), in, n);
  exchange->produced += n;
  return static_cast<int>(n);
}

long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

// One table for the process; BoringSSL has no static form that survives its versions.
const BIO_METHOD* lending_method() {
  static const BIO_METHOD* const kMethod = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "lent");
    policy::must(made != nullptr, "BIO_meth_new");
    BIO_meth_set_read(made, read_lent);
    BIO_meth_set_write(made, write_lent);
    BIO_meth_set_ctrl(made, control);
    return made;
  }();
  return kMethod;
}

}  // namespace

Lent::~Lent() = default;

bssl::UniquePtr<BIO> new_lending_bio(Lent& lent) {
  bssl::UniquePtr<BIO> bio(BIO_new(lending_method()));
  policy::must(bio != nullptr, "BIO_new");
  BIO_set_data(bio.get(), &lent);
  BIO_set_init(bio.get(), 1);
  return bio;
}

Lent& lent_to(const SSL* ssl) { return lent(SSL_get_rbio(ssl)); }

}  // namespace postern::tls
