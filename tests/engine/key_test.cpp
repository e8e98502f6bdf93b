// SPDX-License-Identifier: Apache-2.0
// A key that is not at hand: the engine waits for whoever has it.
#include <catch2/catch.hpp>

#include "tests/support/tls_pair.hpp"
#include "tls/certificate_parts.hpp"
#include "tls/server_context_parts.hpp"

namespace postern::testing {
namespace {

using tls::Progress;

// Signs when it is told to, with the key of a certificate. One connection at a time.
struct Signer {
  EVP_PKEY* key = nullptr;
  bool ready = false;
  bool refuses = false;
  std::string signature;
};
Signer signer;

ssl_private_key_result_t hand_out(std::uint8_t* out, std::size_t* size, std::size_t most) {
  if (signer.refuses) return ssl_private_key_failure;
  if (!signer.ready) return ssl_private_key_retry;
  REQUIRE(signer.signature.size() <= most);
  *size = signer.signature.copy(reinterpret_cast<char*>(out), most);
  return ssl_private_key_success;
}

ssl_private_key_result_t sign(SSL*, std::uint8_t* out, std::size_t* size, std::size_t most,
                              std::uint16_t algorithm, const std::uint8_t* in,
                              std::size_t in_size) {
  const bssl::ScopedEVP_MD_CTX context;
  std::size_t length = 0;
  REQUIRE(EVP_DigestSignInit(const_cast<EVP_MD_CTX*>(context.get()), nullptr,
                             SSL_get_signature_algorithm_digest(algorithm), nullptr,
                             signer.key) == 1);
  signer.signature.resize(EVP_PKEY_size(signer.key));
  length = signer.signature.size();
  REQUIRE(EVP_DigestSign(const_cast<EVP_MD_CTX*>(context.get()),
                         reinterpret_cast<std::uint8_t*>(signer.signature.data()), &length, in,
                         in_size) == 1);
  signer.signature.resize(length);
  return hand_out(out, size, most);
}

ssl_private_key_result_t decrypt(SSL*, std::uint8_t*, std::size_t*, std::size_t,
                                 const std::uint8_t*, std::size_t) {
  return ssl_private_key_failure;
}

ssl_private_key_result_t complete(SSL*, std::uint8_t* out, std::size_t* size, std::size_t most) {
  return hand_out(out, size, most);
}

constexpr SSL_PRIVATE_KEY_METHOD kMethod{sign, decrypt, complete};

std::shared_ptr<const tls::ServerContext> without_key(const TestServer& server) {
  signer = Signer();
  signer.key = server.certificates.front()->parts().key.get();
  auto context = server.context();
  SSL_CTX* const ssl_context = context->parts().ssl_contexts.front().get();
  const auto& chain = server.certificates.front()->parts().chain;
  std::vector<CRYPTO_BUFFER*> links;
  for (const auto& link : chain) links.push_back(link.get());
  REQUIRE(SSL_CTX_set_chain_and_key(ssl_context, links.data(), links.size(), nullptr, &kMethod) ==
          1);
  return context;
}

TEST_CASE("the handshake waits for a key, and goes on when it is there", "[engine]") {
  TlsClientOptions options;
  options.min_version = options.max_version = GENERATE(kTls12, kTls13);
  const TestServer server;
  TlsPair pair(without_key(server), options);
  pair.client.handshake();
  pair.server.feed(pair.client.take());
  CHECK(pair.server.handshake() == Progress::kWantKey);
  CHECK(pair.server.handshake() == Progress::kWantKey);
  CHECK(pair.server.engine().failure().empty());
  CHECK(pair.server.write("+OK\r\n") == Progress::kWantInput);
  signer.ready = true;
  REQUIRE(pair.handshake());
  REQUIRE(pair.server.write("+OK\r\n") == Progress::kDone);
  pair.deliver();
  CHECK(pair.client.received == "+OK\r\n");
}

TEST_CASE("a key that is refused is the end of the handshake", "[engine]") {
  const TestServer server;
  TlsPair pair(without_key(server), {});
  pair.client.handshake();
  pair.server.feed(pair.client.take());
  CHECK(pair.server.handshake() == Progress::kWantKey);
  signer.refuses = true;
  CHECK(pair.server.handshake() == Progress::kFailed);
  CHECK(pair.server.engine().failure() == "private key operation failed");
}

}  // namespace
}  // namespace postern::testing
