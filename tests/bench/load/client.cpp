// SPDX-License-Identifier: Apache-2.0
#include "load/client.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "wire/loopback.hpp"

namespace postern::bench {
namespace {

constexpr std::size_t kSip = 4'096;
constexpr int kSmallWindow = 32'768;
constexpr std::size_t kLongestLine = 1'024;

std::array<char, 262'144> buffer;  // shared by all clients: there is one thread

}  // namespace

Client::Client(World& world, Owner& owner, Pace pace) : world_(world), owner_(owner), pace_(pace) {}

void Client::connect(std::uint16_t port, std::uint8_t source, bool resume, const Script& script) {
  channel_.close();
  channel_.open(connect_to_loopback(port, source));
  if (pace_ == Pace::kSlow) {
    setsockopt(channel_.descriptor(), SOL_SOCKET, SO_RCVBUF, &kSmallWindow, sizeof kSmallWindow);
  }
  connecting_ = true;
  resume_ = resume;
  line_.clear();
  script_ = &script;
  position_ = 0;
  ++session_;
  world_.poller.add(channel_.descriptor(), EPOLLOUT, *this);
}

void Client::run(const Script& script) {
  ++session_;
  script_ = &script;
  position_ = 0;
  begin();
}

void Client::on_ready(std::uint32_t) {
  channel_.on_ready();
  if (connecting_) {
    connecting_ = false;
    world_.poller.change(channel_.descriptor(), EPOLLIN, *this);
    return begin();
  }
  if (script_ != nullptr && step().kind == Kind::kTls) return shake_hands();
  drink();
}

void Client::begin() {
  answered_ = false;
  offset_ = 0;
  switch (step().kind) {
    case Kind::kTls:
      channel_.start_tls(world_.tls, resume_);
      return shake_hands();
    case Kind::kGreeting:
      return;
    case Kind::kLine:
    case Kind::kQuit:
      break;
    case Kind::kRetrieve:
      // From here on a slow client reads by the clock.
      if (pace_ == Pace::kSlow) world_.poller.change(channel_.descriptor(), 0, *this);
      break;
  }
  if (channel_.write(step().text) != Io::kDone) fail("cannot say " + step().text);
}

void Client::advance() {
  if (++position_ < script_->size()) return begin();
  script_ = nullptr;
  owner_.on_done(*this);
}

void Client::shake_hands() {
  switch (channel_.handshake()) {
    case Io::kDone:
      return channel_.comparable() ? advance() : fail("TLS with another cipher than measured");
    case Io::kAgain:
      return;
    case Io::kEnd:
    case Io::kFailed:
      return fail("no TLS handshake");
  }
}

// TLS may hold back more than the socket shows, so all is read until there is nothing.
void Client::drink() {
  const std::uint64_t session = session_;
  while (channel_.descriptor() >= 0 && !sipping()) {
    std::size_t count = 0;
    switch (channel_.read(buffer, count)) {
      case Io::kDone:
        take({buffer.data(), count});
        break;
      case Io::kAgain:
        return;
      case Io::kEnd:
      case Io::kFailed:
        return on_end();
    }
    // A connection made anew has not been waited for, and a read in the middle of a handshake would
    // complete it unseen.
    if (session != session_ && connecting_) return;
    if (script_ != nullptr && step().kind == Kind::kTls) return;
  }
}

bool Client::sipping() const noexcept {
  return pace_ == Pace::kSlow && script_ != nullptr && step().kind == Kind::kRetrieve;
}

void Client::sip() {
  if (!sipping()) return;
  channel_.on_ready();
  std::size_t count = 0;
  const Io io = channel_.read(std::span(buffer).first(kSip), count);
  if (io == Io::kDone) return take({buffer.data(), count});
  if (io != Io::kAgain) on_end();
}

void Client::take(std::string_view bytes) {
  world_.bytes += bytes.size();
  while (!bytes.empty()) {
    if (script_ == nullptr) return fail("bytes that nobody asked for");
    const std::uint64_t session = session_;
    bytes = answered_ && step().kind == Kind::kRetrieve ? take_body(bytes) : take_line(bytes);
    if (session != session_ && connecting_) return;
  }
}

// Returns what stands behind the line.
std::string_view Client::take_line(std::string_view bytes) {
  const std::size_t end = bytes.find('\n');
  line_.append(bytes.substr(0, end));
  if (end == std::string_view::npos) {
    if (line_.size() > kLongestLine) fail("a line without end");
    return {};
  }
  bytes.remove_prefix(end + 1);
  const std::string line = std::exchange(line_, {});
  if (answered_ || !line.starts_with(step().reply) || !line.ends_with('\r')) {
    fail("to " + step().text + " it says " + line);
    return {};
  }
  answered_ = true;
  if (step().kind == Kind::kLine || step().kind == Kind::kGreeting) advance();
  return bytes;
}

std::string_view Client::take_body(std::string_view bytes) {
  const std::string_view expected = world_.mailbox.at(step().message, offset_);
  const std::size_t size = std::min(expected.size(), bytes.size());
  if (bytes.substr(0, size) != expected.substr(0, size)) {
    fail("a message is not what the backend sent, near byte " + std::to_string(offset_));
    return {};
  }
  offset_ += size;
  bytes.remove_prefix(size);
  if (world_.mailbox.at(step().message, offset_).empty()) advance();
  return bytes;
}

void Client::on_end() {
  if (script_ == nullptr || step().kind != Kind::kQuit || !answered_) {
    return fail("the connection ended early");
  }
  advance();
}

void Client::fail(const std::string& why) {
  channel_.close();
  script_ = nullptr;
  owner_.on_failed(*this, why);
}

}  // namespace postern::bench
