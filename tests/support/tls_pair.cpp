// SPDX-License-Identifier: Apache-2.0
#include "tests/support/tls_pair.hpp"

#include <map>
#include <stdexcept>
#include <utility>

#include "tls/client_authorities.hpp"

namespace postern::testing {
namespace {

constexpr std::size_t kPlaintext = 65536;

void require_engine(bool ok, const char* what) {
  if (!ok) {
    throw std::logic_error(std::string("engine broke its contract: ") + what);
  }
}

}  // namespace

const tls::Authority& test_authority() {
  static const tls::Authority authority("Test root");
  return authority;
}

std::shared_ptr<const tls::Certificate> test_certificate(const std::vector<std::string>& names,
                                                         tls::KeyType type) {
  static std::map<std::pair<std::vector<std::string>, tls::KeyType>,
                  std::shared_ptr<const tls::Certificate>>
      made;
  auto& slot = made[{names, type}];
  if (slot == nullptr) {
    const tls::PemPair pem = test_authority().issue(names, type);
    slot = tls::Certificate::parse(pem.chain, pem.key, "test").value();
  }
  return slot;
}

std::shared_ptr<const tls::ServerContext> TestServer::context() const {
  tls::Credentials credentials{.certificates = certificates};
  if (settings.client_auth != tls::ClientAuth::kNone) {
    credentials.authorities = tls::ClientAuthorities::load(settings.client_ca_file).value();
  }
  return tls::ServerContext::create(settings, std::move(credentials), *keys, listener).value();
}

EngineEnd::EngineEnd(std::unique_ptr<tls::Engine> engine, std::size_t sink, std::size_t piece)
    : engine_(std::move(engine)), output_(sink), piece_(piece) {}

tls::Progress EngineEnd::drive(const std::function<tls::Progress(tls::Exchange&)>& call) {
  for (;;) {
    const std::size_t size = std::min(piece_, unread());
    const auto* data = reinterpret_cast<const std::uint8_t*>(inbox_.data()) + taken_;
    tls::Exchange exchange{{data, size}, output_, 0, signatory};
    const tls::Progress progress = call(exchange);
    outbox_.append(output_.begin(),
                   output_.begin() + static_cast<std::ptrdiff_t>(exchange.produced));
    taken_ += size - exchange.input.size();
    if (progress == tls::Progress::kWantInput) {
      require_engine(exchange.input.empty(), "wants input and has some");
    }
    if (progress == tls::Progress::kWantOutput) {
      require_engine(exchange.produced > 0, "wants output and used none");
      continue;
    }
    if (progress != tls::Progress::kWantInput || unread() == 0) {
      return progress;
    }
  }
}

tls::Progress EngineEnd::handshake() {
  return drive([this](tls::Exchange& exchange) { return engine_->handshake(exchange); });
}

tls::Progress EngineEnd::read() {
  std::vector<char> plaintext(kPlaintext);
  for (;;) {
    const tls::Progress progress = drive([&](tls::Exchange& exchange) {
      const tls::Result result = engine_->read(exchange, plaintext);
      received.append(plaintext.data(), result.bytes);
      return result.progress;
    });
    if (progress != tls::Progress::kDone) {
      return progress;
    }
  }
}

tls::Progress EngineEnd::write(std::string_view plaintext) {
  const tls::Progress progress = drive([&](tls::Exchange& exchange) {
    const tls::Result result = engine_->write(exchange, plaintext);
    require_engine(result.bytes <= plaintext.size(), "accepted more than was offered");
    plaintext.remove_prefix(result.bytes);
    return result.progress;
  });
  require_engine(progress != tls::Progress::kDone || plaintext.empty(), "done with bytes left");
  return progress;
}

tls::Progress EngineEnd::close() {
  return drive([this](tls::Exchange& exchange) { return engine_->close(exchange); });
}

bool EnginePair::handshake() {
  for (;;) {
    const tls::Progress ours = client.handshake();
    const std::string flight = client.take();
    server.feed(flight);
    const tls::Progress theirs = server.handshake();
    const std::string answer = server.take();
    client.feed(answer);
    if (ours == tls::Progress::kDone && theirs == tls::Progress::kDone) {
      return true;
    }
    const bool failed = ours == tls::Progress::kFailed || theirs == tls::Progress::kFailed;
    if (failed || (flight.empty() && answer.empty())) {
      client.handshake();
      to_server();
      return false;
    }
  }
}

tls::Progress EnginePair::to_client() {
  client.feed(server.take());
  return client.read();
}

tls::Progress EnginePair::to_server() {
  server.feed(client.take());
  return server.read();
}

bool TlsPair::handshake() {
  for (;;) {
    const Step step = client.handshake();
    server.feed(client.take());
    const bool fed = server.unread() > 0;
    const tls::Progress progress = server.handshake();
    const std::string answer = server.take();
    client.feed(answer);
    if (step == Step::kFailed || progress == tls::Progress::kFailed ||
        progress == tls::Progress::kClosed) {
      client.handshake();
      return false;
    }
    if (step == Step::kDone && progress == tls::Progress::kDone) {
      return true;
    }
    if (progress == tls::Progress::kWantKey || (!fed && answer.empty())) {
      return false;
    }
  }
}

Step TlsPair::deliver() {
  client.feed(server.take());
  return client.read();
}

tls::Progress TlsPair::submit() {
  server.feed(client.take());
  return server.read();
}

}  // namespace postern::testing
