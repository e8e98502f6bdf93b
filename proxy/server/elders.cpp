// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/elders.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <numeric>
#include <utility>

#include "proxy/net/packet_pair.hpp"

namespace postern::server {

class Elders::Elder final : private net::Readiness::Owner {
 public:
  Elder(Elders& elders, net::Descriptor channel) : elders_(elders), channel_(std::move(channel)) {
    listen();
  }

  void listen() {
    net::Readiness::Owner& reader = *this;
    readiness_ = std::make_unique<net::Readiness>(elders_.loop_, channel_, reader);
  }

  std::size_t sessions() const noexcept { return sessions_; }
  void tell(Word wish) const { server::tell(channel_, wish, {}, nullptr, net::Wait::kNever); }
  /// Everything that it has said by now is heard.
  net::Descriptor lend() {
    readiness_.reset();
    while (hear_one() == Heard::kMore) {
    }
    return channel_.duplicate();
  }

 private:
  enum class Heard { kMore, kNothing, kTheEnd };

  void on_readable() override {
    if (hear_one() == Heard::kTheEnd) elders_.remove(*this);
  }

  Heard hear_one() {
    std::array<char, kMostOfPacket + 1> buffer;
    const net::Received received = net::receive_packet(channel_, buffer, net::Wait::kNever);
    if (received.error == EAGAIN) return Heard::kNothing;
    const auto message = message_in(received.packet);
    if (received.error != 0 || !message) return Heard::kTheEnd;
    hear(*message);
    return Heard::kMore;
  }

  void hear(const Message& message) {
    if (message.word == Word::kMain) {
      elders_.owner_.on_main();
    } else if (message.word == Word::kOpen) {
      std::from_chars(message.text.data(), message.text.data() + message.text.size(), sessions_);
      elders_.owner_.on_elders_changed();
    } else if (message.word == Word::kCounters) {
      Counted more;
      add_text(more, message.text);
      elders_.owner_.on_counted(more);
    }
  }

  Elders& elders_;
  net::Descriptor channel_;
  std::unique_ptr<net::Readiness> readiness_;
  std::size_t sessions_ = 0;
};

Elders::Elders(net::Loop& loop, Owner& owner) noexcept : loop_(loop), owner_(owner) {}

Elders::~Elders() = default;

void Elders::add(net::Descriptor channel) {
  elders_.push_back(std::make_unique<Elder>(*this, std::move(channel)));
}

ElderChannels Elders::lend() {
  ElderChannels channels;
  for (const auto& elder : elders_) channels.push_back(elder->lend());
  return channels;
}

void Elders::resume() {
  for (const auto& elder : elders_) elder->listen();
}

void Elders::clear() noexcept { elders_.clear(); }

void Elders::pass_on(Word wish) {
  for (const auto& elder : elders_) elder->tell(wish);
}

std::size_t Elders::sessions() const noexcept {
  return std::transform_reduce(elders_.begin(), elders_.end(), std::size_t{0}, std::plus<>(),
                               [](const auto& elder) { return elder->sessions(); });
}

void Elders::remove(Elder& elder) {
  std::erase_if(elders_, [&](const auto& one) { return one.get() == &elder; });
  owner_.on_elders_changed();
  owner_.on_elder_gone();
}

}  // namespace postern::server
