// SPDX-License-Identifier: Apache-2.0
// A tool at a control socket, well-behaved or not.
#pragma once

#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "proxy/admin/control_frame.hpp"
#include "proxy/net/local_socket.hpp"

namespace postern::server {

class ControlCaller {
 public:
  explicit ControlCaller(const std::string& path) {
    auto socket = net::call_local(path);
    REQUIRE(socket);
    socket_ = *std::move(socket);
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }

  void send(std::string_view bytes) {
    REQUIRE(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }
  void finish() { ::shutdown(socket_.get(), SHUT_WR); }

  /// The next reply; an empty object when the other end has hung up.
  nlohmann::json reply() {
    admin::FrameReader reader(admin::kMostReply);
    std::array<char, 4096> buffer;
    for (;;) {
      std::string_view bytes = unread_;
      const bool whole = reader.feed(bytes) == admin::FrameReader::State::kWhole;
      unread_ = std::string(bytes);
      if (whole) return nlohmann::json::parse(reader.take());
      const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
      if (count <= 0) return nlohmann::json::object();
      unread_.append(buffer.data(), static_cast<std::size_t>(count));
    }
  }
  /// Whoever is refused may have been told so, and hung up on, before it has said anything.
  nlohmann::json ask(const nlohmann::json& request) {
    const std::string frame = admin::framed(request.dump());
    static_cast<void>(::send(socket_.get(), frame.data(), frame.size(), MSG_NOSIGNAL));
    return reply();
  }

 private:
  net::Descriptor socket_;
  std::string unread_;
};

}  // namespace postern::server
