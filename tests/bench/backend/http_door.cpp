// SPDX-License-Identifier: Apache-2.0
#include "backend/http_door.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <string>

namespace postern::bench {
namespace {

class Request final : public Watched {
 public:
  Request(Poller& poller, net::Descriptor socket, std::uint16_t pop3_port)
      : socket_(std::move(socket)), pop3_port_(pop3_port) {
    poller.add(socket_.get(), EPOLLIN, *this);
  }

  void on_ready(std::uint32_t) override {
    std::array<char, 4'096> buffer;
    const ssize_t count = recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (count > 0) heard_.append(buffer.data(), static_cast<std::size_t>(count));
    const bool complete = heard_.ends_with("\r\n\r\n");
    if (complete) allow();
    if (complete || count <= 0) delete this;
  }

 private:
  void allow() {
    const std::string reply =
        "HTTP/1.0 200 OK\r\nAuth-Status: OK\r\nAuth-Server: 127.0.0.1\r\nAuth-Port: " +
        std::to_string(pop3_port_) + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    send(socket_.get(), reply.data(), reply.size(), MSG_NOSIGNAL);
  }

  net::Descriptor socket_;
  std::uint16_t pop3_port_;
  std::string heard_;
};

}  // namespace

HttpDoor::HttpDoor(Poller& poller, std::uint16_t pop3_port)
    : door_(poller, [&poller, pop3_port](net::Descriptor taken) {
        new Request(poller, std::move(taken), pop3_port);  // deletes itself at its end
      }) {}

}  // namespace postern::bench
