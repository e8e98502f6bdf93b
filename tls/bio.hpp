// The door between BoringSSL and the buffers lent for one call: reading takes from the input,
// writing appends to the output, and both say "retry" when there is nothing lent or left.
#pragma once

#include <openssl/ssl.h>

namespace postern::tls {

struct Exchange;

/// A new BIO over `*slot`, which must outlive it. `*slot` is null between calls.
bssl::UniquePtr<BIO> new_lending_bio(Exchange** slot);

/// Lends an exchange to the slot for the length of a scope.
class Lending {
 public:
  Lending(Exchange*& slot, Exchange& exchange) noexcept : slot_(slot) { slot_ = &exchange; }
  ~Lending() { slot_ = nullptr; }
  Lending(const Lending&) = delete;
  Lending& operator=(const Lending&) = delete;

 private:
  Exchange*& slot_;
};

}  // namespace postern::tls
