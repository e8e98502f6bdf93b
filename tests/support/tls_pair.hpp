// SPDX-License-Identifier: Apache-2.0
// A server engine and a test client joined in memory, with an output of any size for the engine
// and its input in pieces of any size; or a server engine and a client engine.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/tls_client.hpp"
#include "tls/authority.hpp"
#include "tls/engine.hpp"
#include "tls/lane.hpp"

namespace postern::testing {

/// One of each key, made once for the program: RSA keys take long.
const tls::Authority& test_authority();
std::shared_ptr<const tls::Certificate> test_certificate(const std::vector<std::string>& names,
                                                         tls::KeyType type = tls::KeyType::kEcdsa);

/// Everything a context needs, with defaults a test changes. Outlives the contexts, for its keys.
struct TestServer {
  tls::Settings settings;
  tls::Certificates certificates = {test_certificate({"pop.example.com"})};
  std::shared_ptr<tls::TicketKeys> keys =
      std::make_shared<tls::TicketKeys>(tls::TicketKeys::TimePoint{});
  std::string listener = "pop3s";

  std::shared_ptr<const tls::ServerContext> context() const;
};

/// One end: an engine, what it received, what it has to send.
class EngineEnd {
 public:
  static constexpr std::size_t kWhole = std::numeric_limits<std::size_t>::max();

  EngineEnd(std::unique_ptr<tls::Engine> engine, std::size_t sink, std::size_t piece);

  /// Each goes on until it is done, failed, or needs input that is not there.
  tls::Progress handshake();
  tls::Progress read();
  tls::Progress write(std::string_view plaintext);
  tls::Progress close();

  /// Ciphertext from the other end, not yet read.
  void feed(std::string_view ciphertext) { inbox_.append(ciphertext); }
  std::size_t unread() const { return inbox_.size() - taken_; }
  /// Ciphertext for the other end, which is then forgotten here.
  std::string take() { return std::exchange(outbox_, {}); }

  tls::Engine& engine() { return *engine_; }

  std::string received;
  tls::Signatory* signatory = nullptr;  // where the key is not here; must outlive the end

 private:
  tls::Progress drive(const std::function<tls::Progress(tls::Exchange&)>& call);

  std::unique_ptr<tls::Engine> engine_;
  std::vector<std::uint8_t> output_;
  std::size_t piece_;
  std::string inbox_;
  std::size_t taken_ = 0;  // of inbox_
  std::string outbox_;
};

struct ServerEnd : EngineEnd {
  ServerEnd(std::shared_ptr<const tls::ServerContext> context, std::size_t sink, std::size_t piece)
      : EngineEnd(tls::Engine::accept(tls::Lane{std::move(context)}), sink, piece) {}
  using EngineEnd::EngineEnd;
};

/// Both ends of a connection as engines.
struct EnginePair {
  EnginePair(std::shared_ptr<const tls::ClientContext> client_context, std::string_view name,
             std::shared_ptr<const tls::ServerContext> server_context, std::size_t sink = 65536,
             std::size_t piece = EngineEnd::kWhole)
      : client(tls::Engine::connect(std::move(client_context), name), sink, piece),
        server(tls::Engine::accept(tls::Lane{std::move(server_context)}), sink, piece) {}

  /// Runs until both ends are done (true), or one has failed and the other has heard why (false).
  bool handshake();
  /// Carries what each has to say to the other, and lets it read.
  tls::Progress to_client();
  tls::Progress to_server();

  EngineEnd client;
  EngineEnd server;
};

struct TlsPair {
  TlsPair(std::shared_ptr<const tls::ServerContext> context, const TlsClientOptions& options,
          std::size_t sink = 65536, std::size_t piece = ServerEnd::kWhole)
      : server(std::move(context), sink, piece), client(options) {}
  TlsPair(std::unique_ptr<tls::Engine> engine, const TlsClientOptions& options,
          std::size_t piece = ServerEnd::kWhole)
      : server(std::move(engine), 65536, piece), client(options) {}

  /// Runs until both ends are done (true), or one has failed or waits for a key (false).
  bool handshake();
  /// Carries what the server has to say to the client, and lets it read.
  Step deliver();
  /// Carries what the client has to say to the server, and lets it read.
  tls::Progress submit();

  ServerEnd server;
  TlsClient client;
};

}  // namespace postern::testing
