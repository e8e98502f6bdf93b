// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/successor.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <utility>

#include "proxy/net/error_text.hpp"

namespace postern::server {
namespace {

std::string text_of(const Doors::Bequest& socket) {
  std::string text(socket.name);
  text.append(1, '\0').append(socket.configured);
  return text;
}

// One that does not take them has ended, or will be late.
void give_sockets(const net::Descriptor& channel, const std::vector<Doors::Bequest>& sockets) {
  for (const Doors::Bequest& one : sockets) {
    if (!tell(channel, Word::kSocket, text_of(one), one.socket)) return;
  }
  tell(channel, Word::kEnd);
}

}  // namespace

std::expected<std::unique_ptr<Successor>, std::string> Successor::start(
    net::Loop& loop, const confinement::Launcher& launcher,
    const std::vector<Doors::Bequest>& sockets, Owner& owner) {
  auto pair = net::new_pair();
  if (!pair) return std::unexpected("no channel to it: " + net::error_text(-errno));
  std::unique_ptr<Successor> heir(new Successor(loop, owner, std::move(pair->near)));
  auto launched = launcher.launch(pair->far);
  if (!launched) return std::unexpected(std::move(launched.error()));
  heir->child_ =
      std::make_unique<net::Child>(loop, launched->pid, std::move(launched->handle),
                                   [self = heir.get()](int outcome) { self->on_ended(outcome); });
  pair->far.reset();
  give_sockets(heir->channel_, sockets);
  net::Readiness::Owner& reader = *heir;
  heir->readiness_ = std::make_unique<net::Readiness>(loop, heir->channel_, reader);
  heir->deadline_.start(kPreparation);
  return heir;
}

Successor::Successor(net::Loop& loop, Owner& owner, net::Descriptor channel)
    : owner_(owner),
      channel_(std::move(channel)),
      deadline_(loop, [this] { fail("it takes too long"); }) {}

// One that does not serve must not go on with sockets that are ours.
Successor::~Successor() {
  if (child_ && !ended_ && state_ != State::kServing) child_->kill();
}

// Behind the last packet there is only its end, which tells the rest.
void Successor::on_readable() {
  if (!hear_one()) readiness_.reset();
}

bool Successor::hear_one() {
  std::array<char, kMostOfPacket> buffer;
  const net::Received received = net::receive_packet(channel_, buffer, net::Wait::kNever);
  if (received.error == EAGAIN) return true;
  const auto message = message_in(received.packet);
  if (received.error != 0 || !message) return false;
  hear(*message);
  return true;
}

void Successor::hear(const Message& message) {
  switch (message.word) {
    case Word::kPrepared:
      if (state_ != State::kPreparing) return;
      state_ = State::kTakingOver;
      deadline_.start(kTakeOver);
      return give(owner_.on_heir_prepared());
    case Word::kServing:
      if (state_ != State::kTakingOver) return;
      state_ = State::kServing;
      deadline_.stop();
      return owner_.on_heir_serving();
    case Word::kFailed:
      last_words_ = message.text;
      return;
    case Word::kReopen:
    case Word::kDrain:
    case Word::kStop:
      if (is_serving()) owner_.on_heir_wish(message.word);
      return;
    case Word::kSocket:
    case Word::kEnd:
    case Word::kKeys:
    case Word::kBan:
    case Word::kCounters:
    case Word::kElder:
    case Word::kGo:
    case Word::kMain:
    case Word::kOpen:
      return;
  }
}

// With less than all it must not begin, and nobody waits twice for one that stands still.
void Successor::give(const Legacy& legacy) {
  if (!give_all(legacy)) fail("it does not take what it is given");
}

bool Successor::give_all(const Legacy& legacy) {
  const auto say = [this](Word word, std::string_view text) { return tell(channel_, word, text); };
  if (!legacy.ticket_keys.empty() && !say(Word::kKeys, legacy.ticket_keys.reveal())) return false;
  for (const std::string& ban : legacy.bans) {
    if (!say(Word::kBan, ban)) return false;
  }
  for (const std::string& text : to_texts(legacy.counted)) {
    if (!say(Word::kCounters, text)) return false;
  }
  for (const net::Descriptor& elder : legacy.elders) {
    if (!tell(channel_, Word::kElder, {}, &elder)) return false;
  }
  return say(Word::kGo, {});
}

void Successor::confirm() { tell(channel_, Word::kMain); }

Counted Successor::report(const Counted& more, std::size_t open, net::Wait wait) {
  Counted taken;
  for (const std::string& text : to_texts(more)) {
    if (!tell(channel_, Word::kCounters, text, nullptr, wait)) return taken;
    add_text(taken, text);
  }
  tell(channel_, Word::kOpen, std::to_string(open), nullptr, wait);
  return taken;
}

void Successor::fail(const std::string& why) {
  if (state_ == State::kServing || state_ == State::kFailed) return;
  state_ = State::kFailed;
  deadline_.stop();
  readiness_.reset();
  if (!ended_) child_->kill();
  owner_.on_heir_failed(why);
}

void Successor::on_ended(int outcome) {
  ended_ = true;
  if (state_ == State::kPreparing && readiness_) hear_one();  // why, perhaps
  if (!last_words_.empty()) return fail(last_words_);
  fail(fmt::format("it has ended with exit code {}", outcome));
}

}  // namespace postern::server
