// SPDX-License-Identifier: Apache-2.0
#include "proxy/cluster/engine_link.hpp"

#include <chrono>
#include <utility>

#include "proxy/net/error_text.hpp"

namespace postern::cluster {

using transport::Transport;
using transport::TransportEnd;

namespace {

// For the connection, the handshake and the introduction together.
constexpr std::chrono::milliseconds kPatience{3'000};

constexpr const char* kNoRedis = "it does not answer as a Redis does";

}  // namespace

EngineLink::EngineLink(const World& world, Owner& owner, const EngineSettings& settings,
                       const net::Address& address, std::string host)
    : owner_(owner),
      settings_(settings),
      address_(address.text()),
      host_(std::move(host)),
      introduction_(settings),
      timer_(world.loop, [this] { on_timer(); }),
      connection_(world.loop, world.buffers, static_cast<Transport::Owner&>(*this),
                  transport::Buffers::kClientRead) {
  timer_.start(kPatience);
  if (const int error = connection_.connect(address); error != 0) drop(net::error_text(error));
}

void EngineLink::on_connected(Transport&, int error) {
  if (state_ == State::kOver) return;
  if (error != 0) return drop(net::error_text(error));
  if (!settings_.tls) return introduce();
  state_ = State::kSecuring;
  connection_.connect_tls(settings_.tls, host_);
}

void EngineLink::on_secured(Transport&) {
  if (state_ == State::kSecuring) introduce();
}

void EngineLink::introduce() {
  state_ = State::kIntroducing;
  const transport::Cork cork(connection_);
  for (const Words& words : introduction_.take_words()) say(words);
}

// It may be a password; how long it is, an engine may learn.
void EngineLink::say(const Words& words) {
  if (state_ == State::kOver) return;
  std::string command = command_of(words);
  connection_.send(command);
  if (state_ == State::kIntroducing) pop3::wipe(command);
}

void EngineLink::on_plaintext(Transport&, std::span<char> bytes) {
  if (state_ == State::kOver) return;
  reader_.feed(bytes);
  while (auto reply = reader_.next()) {
    hear(*std::move(reply));
    if (state_ == State::kOver) return;
  }
  if (reader_.is_broken()) drop(kNoRedis);
}

void EngineLink::hear(Reply reply) {
  if (state_ == State::kReady) return owner_.on_reply(*this, std::move(reply));
  if (state_ != State::kIntroducing) return drop(kNoRedis);
  switch (introduction_.hear(reply)) {
    case EngineIntroduction::State::kAsking:
      for (const Words& words : introduction_.take_words()) say(words);
      return;
    case EngineIntroduction::State::kServed:
      state_ = State::kReady;
      timer_.stop();
      return owner_.on_ready(*this);
    case EngineIntroduction::State::kElsewhere:
      elsewhere_ = true;
      return end();
    case EngineIntroduction::State::kRefused:
      return drop(introduction_.why());
  }
}

void EngineLink::on_end(Transport& connection, TransportEnd end) {
  if (state_ == State::kOver) return;
  if (end == TransportEnd::kTlsFailed) return drop(connection.tls_failure());
  if (state_ == State::kSecuring) return drop("it ended the connection in the TLS handshake");
  const int error = connection.error() == 0 ? net::closed_by_peer() : connection.error();
  drop(net::error_text(error));
}

void EngineLink::on_full(Transport&) {}
void EngineLink::on_drained(Transport&) {}

void EngineLink::drop(std::string why) {
  if (state_ == State::kOver) return;
  why_ = std::move(why);
  end();
}

// This may be the connection's own call: its owner is told on another turn. An alert that says why
// goes out first.
void EngineLink::end() {
  if (connection_.is_tls()) connection_.flushed();
  connection_.close();
  state_ = State::kOver;
  timer_.start(std::chrono::milliseconds{0});
}

// The owner may destroy all of this in its call.
void EngineLink::on_timer() {
  if (state_ != State::kOver) return drop(net::error_text(net::timed_out()));
  if (elsewhere_) {
    const EngineAddress master = introduction_.master();
    return owner_.on_elsewhere(*this, master);
  }
  const std::string why = why_;
  owner_.on_lost(*this, why);
}

}  // namespace postern::cluster
