// SPDX-License-Identifier: Apache-2.0
// The door between BoringSSL and the buffers lent for one call: reading takes from the input,
// writing appends to the output, and both say "retry" when there is nothing lent or left. What else
// BoringSSL's callbacks need of a connection hangs here, too.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <span>

#include "policy/hello_shape.hpp"
#include "tls/signatory.hpp"

namespace postern::tls {

class LaneChoice;
struct Exchange;

/// What a connection works on.
struct Lent {
  Lent() = default;
  ~Lent();
  Lent(const Lent&) = delete;
  Lent& operator=(const Lent&) = delete;

  Exchange* exchange = nullptr;       // only during a call
  std::span<std::uint8_t> landed;     // where BoringSSL had the last input put that lies in one row
  std::unique_ptr<KeyRequest> asked;  // of whoever has the key
  policy::HelloShape hello;           // of the client, once it is read
  std::unique_ptr<LaneChoice> choice;  // until the hello is read, where there are several lanes
};

/// A new BIO over `lent`, which must outlive it.
bssl::UniquePtr<BIO> new_lending_bio(Lent& lent);

/// What this connection works on.
Lent& lent_to(const SSL* ssl);

/// Lends an exchange for the length of a scope.
class Lending {
 public:
  Lending(Lent& lent, Exchange& exchange) noexcept : lent_(lent) { lent_.exchange = &exchange; }
  ~Lending() { lent_.exchange = nullptr; }
  Lending(const Lending&) = delete;
  Lending& operator=(const Lending&) = delete;

 private:
  Lent& lent_;
};

}  // namespace postern::tls
