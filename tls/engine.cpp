// SPDX-License-Identifier: Apache-2.0
#include "tls/engine.hpp"

#include <openssl/err.h>
#include <openssl/pool.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <climits>

#include "policy/must.hpp"
#include "tls/alert.hpp"
#include "tls/bio.hpp"
#include "tls/ciphers.hpp"
#include "tls/client_context_parts.hpp"
#include "tls/client_end.hpp"
#include "tls/client_hello.hpp"
#include "tls/client_proof.hpp"
#include "tls/failure.hpp"
#include "tls/hello_bound.hpp"
#include "tls/lane_choice.hpp"
#include "tls/residue.hpp"
#include "tls/server_context_parts.hpp"

namespace postern::tls {
namespace {

constexpr std::size_t kMaxRecord = SSL3_RT_MAX_PLAIN_LENGTH;

// Below this a record is not worth its overhead: better to send what is there and start afresh.
constexpr std::size_t kMinRecord = 4096;

}  // namespace

struct Engine::Parts {
  std::shared_ptr<const void> context;  // what `ssl` was made from, of either kind
  std::unique_ptr<ClientEnd> client;    // null at the server's end
  bssl::UniquePtr<SSL> ssl;
  Lent lent;
  std::size_t sealed = 0;  // plaintext of a record that BoringSSL has sealed but not yet put out
  std::size_t owed = 0;    // plaintext put out already that the caller is still to offer again
  std::uint32_t code = 0;  // why it failed
  HelloBound hello;        // until we have answered, at the server's end,
  AlertWatch watch;        // and from then on
  bool answered = false;
  bool hello_too_long = false;
  bool failed = false;
  bool said_close = false;
  bool secrets_expected = true;
  std::optional<std::uint16_t> lane;  // once it was chosen

  explicit Parts(SSL_CTX* ssl_context);
  ~Parts() {
    if (secrets_expected) {
      wipe_unread(ssl.get(), lent);
    }
  }
  Progress classify(int ret);
  Progress flush_sealed();
  Progress refuse_hello();
  std::size_t record_size(std::size_t rest) const;
};

// SSL_get_error looks at the thread's error queue. BoringSSL empties it when a call begins, and
// take_error() when one has failed, so no other connection's error is ever read here.
Progress Engine::Parts::classify(int ret) {
  switch (SSL_get_error(ssl.get(), ret)) {
    case SSL_ERROR_NONE:
      return Progress::kDone;
    case SSL_ERROR_WANT_READ:
      return Progress::kWantInput;
    case SSL_ERROR_WANT_WRITE:
      return Progress::kWantOutput;
    case SSL_ERROR_WANT_PRIVATE_KEY_OPERATION:
      return Progress::kWantKey;
    case SSL_ERROR_ZERO_RETURN:
      return Progress::kClosed;
    default:
      failed = true;
      code = take_error();
      return Progress::kFailed;
  }
}

// Nothing is encrypted yet, so neither is the alert (RFC 8446 section 6).
Progress Engine::Parts::refuse_hello() {
  constexpr std::uint8_t kRecordOverflow[] = {SSL3_RT_ALERT,         3, 1, 0, 2, SSL3_AL_FATAL,
                                              SSL_AD_RECORD_OVERFLOW};
  failed = true;
  hello_too_long = true;
  Exchange& exchange = *lent.exchange;
  if (exchange.output.size() >= std::size(kRecordOverflow)) {
    std::ranges::copy(kRecordOverflow, exchange.output.begin());
    exchange.produced = std::size(kRecordOverflow);
  }
  return Progress::kFailed;
}

// A sealed record must leave whole before anything else may be written. The retry needs the same
// length, but not the bytes: they are sealed already.
Progress Engine::Parts::flush_sealed() {
  if (sealed == 0) {
    return Progress::kDone;
  }
  static constexpr char kAlreadySealed = 0;
  const int ret = SSL_write(ssl.get(), &kAlreadySealed, static_cast<int>(sealed));
  if (ret <= 0) {
    return classify(ret);
  }
  owed += sealed;
  sealed = 0;
  return Progress::kDone;
}

// How much goes into the next record: what fits into the output, so that BoringSSL keeps nothing
// back; 0 when the output should be sent first. An output too small for any sensible record gets a
// full one, which then leaves in pieces.
std::size_t Engine::Parts::record_size(std::size_t rest) const {
  const std::size_t wanted = std::min(rest, kMaxRecord);
  const std::size_t overhead = SSL_max_seal_overhead(ssl.get());
  const std::size_t room = lent.exchange->output.size() - lent.exchange->produced;
  if (wanted + overhead <= room) {
    return wanted;
  }
  if (room >= kMinRecord + overhead) {
    return room - overhead;
  }
  return lent.exchange->output.size() < kMinRecord + overhead ? wanted : 0;
}

Engine::Parts::Parts(SSL_CTX* ssl_context) : ssl(SSL_new(ssl_context)) {
  policy::must(ssl != nullptr, "SSL_new");
  BIO* bio = new_lending_bio(lent).release();
  SSL_set_bio(ssl.get(), bio, bio);
  // Certificates, suites and callbacks are of no use after the handshake: give them back.
  SSL_set_shed_handshake_config(ssl.get(), 1);
}

std::unique_ptr<Engine> Engine::accept(Lane lane) {
  const Tier& tier = lane.context->parts().tier_for(lane.floor);
  auto parts = std::make_unique<Parts>(tier.ssl_contexts.front().get());
  parts->context = std::move(lane.context);
  SSL_set_accept_state(parts->ssl.get());
  if (lane.floor) confine_to(parts->ssl.get(), tier, lane.floor);
  return std::unique_ptr<Engine>(new Engine(std::move(parts)));
}

std::unique_ptr<Engine> Engine::accept(Lanes lanes) {
  auto engine = accept(lanes.all.front());
  if (lanes.names) engine->parts_->lent.choice = std::make_unique<LaneChoice>(std::move(lanes));
  return engine;
}

std::unique_ptr<Engine> Engine::connect(std::shared_ptr<const ClientContext> context,
                                        std::string_view server_name) {
  auto parts = std::make_unique<Parts>(context->parts().ssl_context.get());
  parts->client = std::make_unique<ClientEnd>(context->parts(), server_name);
  parts->client->prepare(parts->ssl.get());
  parts->context = std::move(context);
  parts->answered = true;           // no client's hello is awaited
  parts->secrets_expected = false;  // a backend sends none
  return std::unique_ptr<Engine>(new Engine(std::move(parts)));
}

Engine::Engine(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Engine::~Engine() = default;

void Engine::expect_no_more_secrets() noexcept { parts_->secrets_expected = false; }

Progress Engine::handshake(Exchange& exchange) {
  if (parts_->failed) {
    return Progress::kFailed;
  }
  const Lending lending(parts_->lent, exchange);
  const auto offered = exchange.input;
  if (parts_->answered) {
    const Progress progress = parts_->classify(SSL_do_handshake(parts_->ssl.get()));
    parts_->watch.take(offered.first(offered.size() - exchange.input.size()));
    if (progress == Progress::kDone && parts_->client) ClientEnd::settle(parts_->ssl.get());
    parts_->code = parts_->watch.told(SSL_version(parts_->ssl.get()), parts_->code);
    return progress;
  }
  if (!HelloBound(parts_->hello).take(offered, hello_bound_for(parts_->ssl.get()))) {
    return parts_->refuse_hello();
  }
  const Progress progress = parts_->classify(SSL_do_handshake(parts_->ssl.get()));
  settle(parts_->lent.choice, parts_->context, parts_->lane);
  parts_->hello.take(offered.first(offered.size() - exchange.input.size()));
  parts_->answered = exchange.produced != 0;
  return progress;
}

KeyRequest* Engine::key_request() noexcept { return parts_->lent.asked.get(); }

void Engine::forget_key_request() noexcept { parts_->lent.asked.reset(); }

Result Engine::read(Exchange& exchange, std::span<char> plaintext) {
  if (parts_->failed) {
    return {Progress::kFailed};
  }
  const Lending lending(parts_->lent, exchange);
  Result result;
  while (!plaintext.empty()) {
    const auto size = static_cast<int>(std::min<std::size_t>(plaintext.size(), INT_MAX));
    const int ret = parts_->secrets_expected
                        ? read_and_wipe(parts_->ssl.get(), parts_->lent, plaintext.data(), size)
                        : SSL_read(parts_->ssl.get(), plaintext.data(), size);
    if (ret <= 0) {
      result.progress = parts_->classify(ret);
      return result;
    }
    result.bytes += static_cast<std::size_t>(ret);
    plaintext = plaintext.subspan(static_cast<std::size_t>(ret));
    // To ask once more costs a third of a read, only to be told that there is nothing.
    if (exchange.input.empty() && SSL_has_pending(parts_->ssl.get()) == 0) {
      result.progress = Progress::kWantInput;
      return result;
    }
  }
  return result;
}

Result Engine::write(Exchange& exchange, std::span<const char> plaintext) {
  if (parts_->failed) {
    return {Progress::kFailed};
  }
  if (!established()) {
    return {Progress::kWantInput};
  }
  const Lending lending(parts_->lent, exchange);
  Result result{parts_->flush_sealed()};
  result.bytes = std::min(parts_->owed, plaintext.size());
  parts_->owed -= result.bytes;
  while (result.progress == Progress::kDone && result.bytes < plaintext.size()) {
    const auto rest = plaintext.subspan(result.bytes);
    const std::size_t size = parts_->record_size(rest.size());
    if (size == 0) {
      result.progress = Progress::kWantOutput;
      break;
    }
    const int ret = SSL_write(parts_->ssl.get(), rest.data(), static_cast<int>(size));
    if (ret > 0) {
      result.bytes += static_cast<std::size_t>(ret);
      continue;
    }
    result.progress = parts_->classify(ret);
    if (result.progress == Progress::kWantOutput) {
      parts_->sealed = size;
    }
  }
  return result;
}

Progress Engine::close(Exchange& exchange) {
  if (parts_->failed) {
    return Progress::kFailed;
  }
  // Before the handshake is done there is no protected way to say it (BoringSSL agrees).
  if (parts_->said_close || !established()) {
    return Progress::kDone;
  }
  const Lending lending(parts_->lent, exchange);
  if (const Progress flushed = parts_->flush_sealed(); flushed != Progress::kDone) {
    return flushed;
  }
  const int ret = SSL_shutdown(parts_->ssl.get());
  if (ret >= 0) {
    parts_->said_close = true;
    return Progress::kDone;
  }
  return parts_->classify(ret);
}

bool Engine::established() const noexcept { return SSL_is_init_finished(parts_->ssl.get()) == 1; }

Version Engine::version() const noexcept {
  return version_from_wire(static_cast<std::uint16_t>(SSL_version(parts_->ssl.get())));
}

Suite Engine::suite() const noexcept {
  const SSL* ssl = parts_->ssl.get();
  const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl);
  if (!established() || cipher == nullptr) {
    return {};
  }
  return {wire_version(version()), SSL_CIPHER_get_protocol_id(cipher)};
}

Agreement Engine::agreement() const {
  const SSL* ssl = parts_->ssl.get();
  Agreement agreed;
  agreed.sni = server_name(ssl);
  agreed.hello = parts_->lent.hello;
  if (parts_->lane) agreed.lane = *parts_->lane;
  agreed.alert = alert_told_by(parts_->code);
  if (!established()) {
    return agreed;
  }
  agreed.version = SSL_get_version(ssl);
  if (const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl)) {
    agreed.cipher = SSL_CIPHER_standard_name(cipher);
  }
  const std::uint8_t* alpn = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl, &alpn, &size);
  agreed.alpn.assign(alpn, alpn + size);
  agreed.resumed = SSL_session_reused(ssl) == 1;
  agreed.client = parts_->client ? std::nullopt : peer_identity(ssl);
  return agreed;
}

std::string Engine::peer_leaf() const {
  const STACK_OF(CRYPTO_BUFFER)* const shown = SSL_get0_peer_certificates(parts_->ssl.get());
  if (shown == nullptr || sk_CRYPTO_BUFFER_num(shown) == 0) {
    return {};
  }
  const CRYPTO_BUFFER* const leaf = sk_CRYPTO_BUFFER_value(shown, 0);
  return {reinterpret_cast<const char*>(CRYPTO_BUFFER_data(leaf)), CRYPTO_BUFFER_len(leaf)};
}

std::string Engine::failure() const {
  if (parts_->hello_too_long) {
    return "excessive message size";
  }
  if (!parts_->failed) {
    return {};
  }
  const KeyRequest* const asked = parts_->lent.asked.get();
  if (asked != nullptr && asked->state() == KeyRequest::State::kRefused) {
    return asked->why();
  }
  return parts_->client ? parts_->client->failure(parts_->code)
                        : fault_of_client(parts_->ssl.get(), parts_->code);
}

}  // namespace postern::tls
