// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/engine/options.hpp"
#include "tests/support/trust_file.hpp"
#include "tls/context_slot.hpp"

namespace postern::testing {
namespace {

using tls::Progress;
using tls::TicketKeys;

constexpr int kThreads = 4;
constexpr int kHandshakes = 40;

// Catch's assertions are for one thread only, so that a worker returns what it saw.
bool visit(const std::shared_ptr<const tls::ServerContext>& context, int round,
           bssl::UniquePtr<SSL_SESSION>& session) {
  TlsClientOptions options = only(round % 2 == 0 ? kTls13 : kTls12);
  options.sni = round % 3 == 0 ? "pop.example.com" : "imap.example.org";
  if (session && SSL_SESSION_get_protocol_version(session.get()) == options.max_version) {
    options.session = session.get();
  }
  TlsPair pair(context, options);
  const bool ok = pair.handshake() && pair.server.write("+OK\r\n") == Progress::kDone &&
                  pair.deliver() == Step::kWants && pair.client.received == "+OK\r\n";
  session = pair.client.ticket();
  return ok;
}

TEST_CASE("handshakes in many threads while the keys rotate", "[threads]") {
  TestServer server;
  server.certificates.push_back(test_certificate({"mail.example.org", "*.example.org"}));
  const auto context = server.context();
  std::atomic<int> good = 0;
  std::atomic<bool> stop = false;
  std::vector<std::thread> workers;
  for (int i = 0; i < kThreads; ++i) {
    workers.emplace_back([&] {
      bssl::UniquePtr<SSL_SESSION> session;
      for (int round = 0; round < kHandshakes; ++round) {
        good += visit(context, round / 2, session) ? 1 : 0;
      }
    });
  }
  std::thread supervisor([&] {
    for (auto now = TicketKeys::TimePoint{}; !stop; now += std::chrono::hours(12)) {
      server.keys->rotate(now);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  for (std::thread& worker : workers) {
    worker.join();
  }
  stop = true;
  supervisor.join();
  CHECK(good == kThreads * kHandshakes);
}

// Whichever it gets, the key that signs is the one of the certificate that is shown.
TEST_CASE("handshakes in many threads while the context is replaced", "[threads]") {
  TestServer server;
  const std::array pairs = {test_certificate({"pop.example.com", "*.example.org"}),
                            test_certificate({"pop.example.com"}, tls::KeyType::kRsa)};
  tls::ContextSlot slot(server.context());
  std::atomic<int> good = 0;
  std::atomic<bool> stop = false;
  std::vector<std::thread> workers;
  for (int i = 0; i < kThreads; ++i) {
    workers.emplace_back([&] {
      bssl::UniquePtr<SSL_SESSION> session;
      for (int round = 0; round < kHandshakes; ++round) {
        good += visit(slot.current(), round / 2, session) ? 1 : 0;
      }
    });
  }
  std::thread renewal([&] {
    for (std::size_t turn = 0; !stop; ++turn) {
      server.certificates = {pairs[turn % pairs.size()]};
      slot.replace(server.context());
    }
  });
  for (std::thread& worker : workers) {
    worker.join();
  }
  stop = true;
  renewal.join();
  CHECK(good == kThreads * kHandshakes);
}

// As all workers use one context for a backend.
TEST_CASE("one client context in many threads, that resume each other's sessions", "[threads]") {
  const TestServer server;
  const auto context = server.context();
  const TrustFile trust(test_authority().root_pem());
  const auto client = tls::ClientContext::create(trust.settings()).value();
  std::atomic<int> good = 0;
  std::atomic<int> resumed = 0;
  std::vector<std::thread> workers;
  for (int i = 0; i < kThreads; ++i) {
    workers.emplace_back([&] {
      for (int round = 0; round < kHandshakes; ++round) {
        EnginePair pair(client, "pop.example.com", context);
        const bool ok = pair.handshake() && pair.server.write("+OK\r\n") == Progress::kDone &&
                        pair.to_client() == Progress::kWantInput &&
                        pair.client.received == "+OK\r\n";
        good += ok ? 1 : 0;
        resumed += ok && pair.client.engine().agreement().resumed ? 1 : 0;
      }
    });
  }
  for (std::thread& worker : workers) {
    worker.join();
  }
  CHECK(good == kThreads * kHandshakes);
  CHECK(resumed > kHandshakes);
}

}  // namespace
}  // namespace postern::testing
