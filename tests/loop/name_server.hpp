// SPDX-License-Identifier: Apache-2.0
// A name server on a loopback port: it answers what it was told to (RFC 1035 section 4), when the
// test lets it.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "proxy/net/address.hpp"
#include "proxy/net/descriptor.hpp"

namespace postern::net {

class NameServer {
 public:
  std::map<std::string, std::vector<std::string>> names;  // and their addresses, of both families
  std::uint32_t ttl = 60;
  bool silent = false;
  unsigned failure = 0;  // a response code of section 4.1.1 for everything: 2 is SERVFAIL
  int asked = 0;         // questions about an IPv4 address

  NameServer() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    const Address any = *Address::parse("127.0.0.1", 0);
    REQUIRE(::bind(socket_.get(), any.raw(), any.size()) == 0);
  }

  /// As a resolver is told of it.
  std::string address() const { return Address::of_socket(socket_.get())->text(); }

  /// Answers what has come.
  void serve() {
    std::array<char, 512> packet;
    sockaddr_in from{};
    socklen_t size = sizeof from;
    auto* const peer = reinterpret_cast<sockaddr*>(&from);
    while (true) {
      const ssize_t count = ::recvfrom(socket_.get(), packet.data(), packet.size(), 0, peer, &size);
      if (count < kHeader) return;
      const std::string reply = answer({packet.data(), static_cast<std::size_t>(count)});
      if (!silent) ::sendto(socket_.get(), reply.data(), reply.size(), 0, peer, size);
    }
  }

 private:
  static constexpr ssize_t kHeader = 12;
  static constexpr std::uint16_t kA = 1;
  static constexpr std::uint16_t kAaaa = 28;

  static void put(std::string& to, std::uint32_t number, int bytes) {
    while (bytes-- > 0) to.push_back(static_cast<char>(number >> (8 * bytes) & 0xFF));
  }

  std::string answer(const std::string& query) {
    std::string name;
    std::size_t at = kHeader;
    while (query[at] != 0) {
      if (!name.empty()) name.push_back('.');
      const auto length = static_cast<std::size_t>(query[at]);
      name += query.substr(at + 1, length);
      at += length + 1;
    }
    const auto type = static_cast<std::uint16_t>(query[at + 2]);
    if (type == kA) ++asked;
    std::string records;
    std::uint32_t count = 0;
    const auto known = names.find(name);
    if (known != names.end() && failure == 0) {
      for (const std::string& ip : known->second) count += add(records, type, ip);
    }
    const unsigned code = failure != 0 ? failure : known == names.end() ? 3 : 0;
    std::string reply = query.substr(0, 2);
    put(reply, 0x8180 | code, 2);
    put(reply, 1, 2);
    put(reply, count, 2);
    put(reply, 0, 4);
    return reply + query.substr(kHeader, at + 5 - kHeader) + records;
  }

  // Returns how many records that was.
  std::uint32_t add(std::string& records, std::uint16_t type, const std::string& ip) const {
    std::array<char, 16> bytes;
    const int family = type == kA ? AF_INET : AF_INET6;
    if ((type != kA && type != kAaaa) || inet_pton(family, ip.c_str(), bytes.data()) != 1) return 0;
    put(records, 0xC000 | kHeader, 2);  // the name of the question
    put(records, type, 2);
    put(records, 1, 2);
    put(records, ttl, 4);
    const int size = type == kA ? 4 : 16;
    put(records, static_cast<std::uint32_t>(size), 2);
    records.append(bytes.data(), static_cast<std::size_t>(size));
    return 1;
  }

  Descriptor socket_;
};

}  // namespace postern::net
