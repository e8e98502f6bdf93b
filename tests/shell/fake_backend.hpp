// SPDX-License-Identifier: Apache-2.0
// What an address of a backend may be like, good and bad, on a loopback port. It serves when the
// test lets it, and remembers what it was told.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>

#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "conf/endpoint.hpp"
#include "proxy/net/address.hpp"
#include "proxy/net/descriptor.hpp"

namespace postern::testing {

class FakeBackend {
 public:
  enum class Kind {
    kServes,    // takes the connection and greets with `greeting`
    kCloses,    // takes it, and closes it at once
    kSwallows,  // as behind a firewall: a connection never comes about
    kNobody,    // nobody listens
  };

  explicit FakeBackend(Kind kind, std::string greeting = "+OK ready\r\n",
                       const std::string& ip = "127.0.0.1", std::uint16_t port = 0)
      : kind_(kind),
        greeting_(std::move(greeting)),
        listening_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    const net::Address any = *net::Address::parse(ip, port);
    REQUIRE(::bind(listening_.get(), any.raw(), any.size()) == 0);
    if (kind == Kind::kNobody) return;
    REQUIRE(::listen(listening_.get(), kind == Kind::kSwallows ? 0 : 64) == 0);
    if (kind == Kind::kSwallows) fill();
  }

  net::Address address() const { return *net::Address::of_socket(listening_.get()); }
  conf::Endpoint endpoint() const { return {address().ip(), address().port()}; }

  void serve() {
    if (kind_ == Kind::kSwallows || kind_ == Kind::kNobody) return;
    while (true) {
      sockaddr_storage caller{};
      socklen_t size = sizeof caller;
      net::Descriptor taken(::accept4(listening_.get(), reinterpret_cast<sockaddr*>(&caller), &size,
                                      SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!taken.valid()) break;
      ++connections;
      callers.push_back(net::Address::from(reinterpret_cast<sockaddr*>(&caller))->ip());
      if (kind_ == Kind::kCloses) continue;
      say(taken, greeting_);
      taken_.push_back(std::move(taken));
    }
    for (net::Descriptor& taken : taken_) {
      std::array<char, 512> bytes;
      const ssize_t count = ::recv(taken.get(), bytes.data(), bytes.size(), 0);
      if (count > 0) heard.append(bytes.data(), static_cast<std::size_t>(count));
      if (count == 0) {
        ++left;
        taken.reset();
      }
    }
    std::erase_if(taken_, [](const net::Descriptor& taken) { return !taken.valid(); });
  }

  /// To all who are connected.
  void say(std::string_view text) const {
    for (const net::Descriptor& taken : taken_) say(taken, text);
  }

  /// From now on; a greeting that is empty is none.
  void greet_with(std::string greeting) { greeting_ = std::move(greeting); }
  /// Whoever is connected is not any more.
  void hang_up() { taken_.clear(); }
  /// Nobody listens any more, and who was connected is not.
  void stop() {
    taken_.clear();
    kind_ = Kind::kNobody;
    REQUIRE(::shutdown(listening_.get(), SHUT_RDWR) == 0);  // the port stays ours
  }

  int connections = 0;
  int left = 0;  // who has closed its connection, told once for each
  std::string heard;
  std::vector<std::string> callers;  // where each connection came from

 private:
  static void say(const net::Descriptor& taken, std::string_view text) {
    if (text.empty()) return;
    REQUIRE(::send(taken.get(), text.data(), text.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(text.size()));
  }

  // With its queue full, the kernel drops what else wants to connect.
  void fill() {
    const net::Address own = address();
    for (int i = 0; i < 8; ++i) {
      net::Descriptor one(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      static_cast<void>(::connect(one.get(), own.raw(), own.size()));
      taken_.push_back(std::move(one));
    }
  }

  Kind kind_;
  std::string greeting_;
  net::Descriptor listening_;
  std::vector<net::Descriptor> taken_;
};

}  // namespace postern::testing
