// SPDX-License-Identifier: Apache-2.0
// What a relay costs that does nothing: one thread copies between two plain connections, 256 KiB at
// most at a time. No gateway can be cheaper.
//
//     relay BACKEND_PORT        prints its port as JSON and serves until it is ended
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wire/fatal.hpp"
#include "wire/loopback.hpp"
#include "wire/poller.hpp"

namespace postern::bench {
namespace {

std::array<char, 262'144> buffer;

class Pair;

class End final : public Watched {
 public:
  End(Pair& pair, net::Descriptor socket) : pair_(pair), socket_(std::move(socket)) {}

  void on_ready(std::uint32_t events) override;
  int descriptor() const noexcept { return socket_.get(); }

  /// Sends what it can and keeps the rest; false when the connection is broken.
  bool put(std::string_view bytes) {
    const ssize_t sent = send(descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return false;
    rest_.assign(bytes.substr(sent < 0 ? 0 : static_cast<std::size_t>(sent)));
    return true;
  }
  bool flush() { return put(std::exchange(rest_, {})); }
  bool full() const noexcept { return !rest_.empty(); }

  bool reading = true;
  bool connected = true;

 private:
  Pair& pair_;
  net::Descriptor socket_;
  std::string rest_;
};

std::vector<std::unique_ptr<Pair>> over;  // destroyed when a turn has ended

class Pair {
 public:
  Pair(Poller& poller, net::Descriptor client, std::uint16_t backend)
      : poller_(poller),
        client_(*this, std::move(client)),
        backend_(*this, connect_to_loopback(backend, 1)) {
    backend_.connected = false;
    poller_.add(client_.descriptor(), EPOLLIN, client_);
    poller_.add(backend_.descriptor(), EPOLLOUT, backend_);
  }

  void on_ready(End& end, std::uint32_t events) {
    if (ended_) return;
    End& other = &end == &client_ ? backend_ : client_;
    if ((events & EPOLLOUT) != 0) {
      end.connected = true;
      if (!end.flush()) return finish();
      settle(end, other);
    }
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) copy(end, other);
  }

 private:
  void copy(End& from, End& to) {
    const ssize_t count = recv(from.descriptor(), buffer.data(), buffer.size(), 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0 || !to.put({buffer.data(), static_cast<std::size_t>(count)})) return finish();
    if (to.full()) settle(to, from);
  }

  // A full side waits to write, and the other one is not read.
  void settle(End& end, End& other) {
    watch(end, (end.reading ? EPOLLIN : 0U) | (end.full() ? EPOLLOUT : 0U));
    other.reading = !end.full();
    watch(other, (other.reading ? EPOLLIN : 0U) | (other.full() ? EPOLLOUT : 0U));
  }

  void watch(End& end, std::uint32_t events) {
    if (end.connected) poller_.change(end.descriptor(), events, end);
  }

  void finish() {
    ended_ = true;
    over.emplace_back(this);
  }

  Poller& poller_;
  End client_;
  End backend_;
  bool ended_ = false;
};

void End::on_ready(std::uint32_t events) { pair_.on_ready(*this, events); }

class Entrance final : public Watched {
 public:
  Entrance(Poller& poller, std::uint16_t backend)
      : poller_(poller), backend_(backend), socket_(listen_on_loopback(0)) {
    poller_.add(socket_.get(), EPOLLIN, *this);
  }
  std::uint16_t port() const { return port_of(socket_); }
  void on_ready(std::uint32_t) override {
    net::Descriptor client = accept_from(socket_);
    if (client.valid()) new Pair(poller_, std::move(client), backend_);  // ends in `over`
  }

 private:
  Poller& poller_;
  std::uint16_t backend_;
  net::Descriptor socket_;
};

void serve(std::uint16_t backend) {
  Poller poller;
  const Entrance entrance(poller, backend);
  std::printf("{\"port\": %u}\n", unsigned{entrance.port()});
  std::fflush(stdout);
  while (true) {
    poller.turn(-1);
    over.clear();
  }
}

}  // namespace
}  // namespace postern::bench

int main(int count, char** arguments) {
  const std::string_view text = count == 2 ? arguments[1] : "";
  std::uint16_t port = 0;
  std::from_chars(text.data(), text.data() + text.size(), port);
  if (port == 0) postern::bench::fatal("usage: relay BACKEND_PORT");
  postern::bench::allow_many_descriptors();
  postern::bench::serve(port);
}
