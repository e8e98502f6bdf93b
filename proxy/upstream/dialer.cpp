// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/dialer.hpp"

#include <array>
#include <utility>

#include "proxy/net/error_text.hpp"

namespace postern::upstream {

using transport::Transport;
using transport::TransportEnd;

namespace {

// A greeting that came in clear: whoever was on the way may have said it.
constexpr std::string_view kBehindStls = "+OK\r\n";

std::string text_of(Greeting::Kind said) {
  return said == Greeting::Kind::kRefusal ? "it refuses to serve"
                                          : "it does not greet as POP3 does";
}

}  // namespace

std::string_view name_of(DialPhase phase) noexcept {
  constexpr std::array<std::string_view, 6> kNames = {"queue", "resolve",  "connect",
                                                      "tls",   "greeting", "stls"};
  return kNames[static_cast<std::size_t>(phase)];
}

Dialer::Dialer(const World& world, Owner& owner, const Target& target)
    : world_(world),
      owner_(owner),
      address_(target.address.text()),
      announcement_(target.announcement),
      begun_(world.loop.now()),
      securing_(target.link, target.host),
      timer_(world.loop, [this] { on_timer(); }) {
  Transport::Owner& self = *this;
  connection_ = std::make_unique<Transport>(world.loop, world.buffers, self,
                                            transport::Buffers::kBackendRead);
  enter(DialPhase::kConnect);
  if (target.patience.count() != 0) timer_.start(target.patience);
  call(target);
}

void Dialer::call(const Target& target) {
  if (target.sources.are_chosen()) {
    const auto& source = target.sources.towards(target.address);
    if (!source) return fail("backend.source_address has no address of its family");
    if (const int error = connection_->bind(*source); error != 0) {
      return fail("cannot call from " + source->ip() +
                  " (backend.source_address): " + net::error_text(error));
    }
  }
  if (const int error = connection_->connect(target.address); error != 0) fail(error);
}

// Never the connection's own call, so whoever is told may destroy all of it.
void Dialer::on_timer() {
  switch (due_) {
    case Due::kTimeOut:
      return fail(net::timed_out());
    case Due::kHandOver:
      return hand_over(kBehindStls);
    case Due::kFailure:
      break;
  }
  const DialFailure failure = std::move(failure_);
  owner_.on_dial_failed(*this, failure);
}

void Dialer::enter(DialPhase phase) {
  phase_ = phase;
  owner_.on_phase(*this, phase);
}

void Dialer::on_connected(Transport&, int error) {
  if (due_ == Due::kFailure) return;
  if (error != 0) return fail(error);
  connection_->send(announcement_);
  securing_.is_implicit() ? shake_hands() : enter(DialPhase::kGreeting);
}

void Dialer::shake_hands() {
  enter(DialPhase::kTls);
  securing_.shake_hands(*connection_);
}

// Behind STLS nobody owes anything: what follows the handshake at once is heard before the
// connection is handed over, and not taken for an answer to what is asked then.
void Dialer::on_secured(Transport&) {
  if (due_ == Due::kFailure) return;
  if (securing_.is_implicit()) return enter(DialPhase::kGreeting);
  due_ = Due::kHandOver;
  timer_.start(std::chrono::milliseconds{0});
}

void Dialer::on_plaintext(Transport&, std::span<char> bytes) {
  if (due_ == Due::kFailure) return;
  const std::string_view text(bytes.data(), bytes.size());
  switch (phase_) {
    case DialPhase::kGreeting:
      return hear_greeting(text);
    case DialPhase::kStls:
      return hear_stls(text);
    case DialPhase::kTls:
      return fail("it speaks behind STLS without being asked");
    case DialPhase::kQueue:
    case DialPhase::kResolve:
    case DialPhase::kConnect:
      return;
  }
}

void Dialer::hear_greeting(std::string_view bytes) {
  const Greeting::Kind said = greeting_.hear(bytes);
  switch (said) {
    case Greeting::Kind::kNone:
      return;
    case Greeting::Kind::kGood: {
      if (!securing_.is_by_stls()) {
        const std::string greeting = greeting_.text();  // for this object may be destroyed
        return hand_over(greeting);
      }
      enter(DialPhase::kStls);
      return securing_.ask(*connection_);
    }
    case Greeting::Kind::kRefusal:
    case Greeting::Kind::kGarbled:
      return fail({.address = address_,
                   .phase = phase_,
                   .error = 0,
                   .text = text_of(said),
                   .said = said,
                   .greeting = greeting_.text(),
                   .took = taken()});
  }
}

void Dialer::hear_stls(std::string_view bytes) {
  const Securing::Answer answer = securing_.hear(bytes);
  switch (answer) {
    case Securing::Answer::kNone:
      return;
    case Securing::Answer::kAgreed:
      return shake_hands();
    case Securing::Answer::kRefused:
    case Securing::Answer::kMore:
    case Securing::Answer::kGarbled:
      return fail(std::string(Securing::text_of(answer)));
  }
}

void Dialer::hand_over(std::string_view greeting) {
  timer_.stop();
  owner_.on_dialed(*this, std::move(connection_), greeting);
}

void Dialer::on_end(Transport& connection, TransportEnd end) {
  if (due_ == Due::kFailure) return;
  const bool unsecured = connection.is_tls() && !connection.secured();
  if (unsecured) return fail(securing_.why_failed(connection, end));
  if (end == TransportEnd::kTlsFailed) return fail(connection.tls_failure());
  fail(connection.error() == 0 ? net::closed_by_peer() : connection.error());
}

void Dialer::on_full(Transport&) {}
void Dialer::on_drained(Transport&) {}

void Dialer::fail(int error) {
  fail({.address = address_,
        .phase = phase_,
        .error = error,
        .text = net::error_text(error),
        .took = taken()});
}

void Dialer::fail(std::string text) {
  fail({.address = address_, .phase = phase_, .text = std::move(text), .took = taken()});
}

// This may be the connection's own call, or the constructor's: it is told on another turn. An alert
// that says why goes out first.
void Dialer::fail(DialFailure failure) {
  if (connection_->is_tls()) connection_->flushed();
  connection_->close();
  failure_ = std::move(failure);
  due_ = Due::kFailure;
  timer_.start(std::chrono::milliseconds{0});
}

}  // namespace postern::upstream
