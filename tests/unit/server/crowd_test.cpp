// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/crowd.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <string_view>
#include <thread>
#include <vector>

namespace postern::server {
namespace {

using policy::IpAddress;
using policy::Purpose;
using policy::TimePoint;
using session::Ticket;

constexpr TimePoint kNow{std::chrono::hours(1000)};

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

std::vector<Ticket> fill(Crowd& crowd, const IpAddress& address, unsigned times) {
  std::vector<Ticket> tickets;
  for (unsigned i = 0; i < times; ++i) {
    if (auto ticket = crowd.enter(address, Purpose::kPlain, kNow)) {
      tickets.push_back(*std::move(ticket));
    }
  }
  return tickets;
}

}  // namespace

TEST_CASE("a ticket is given back once, by its last owner") {
  Crowd crowd({.connections = 4});
  auto tickets = fill(crowd, ip("192.0.2.1"), 10);
  CHECK(tickets.size() == 4);
  Ticket kept = std::move(tickets.back());
  tickets.clear();
  CHECK(fill(crowd, ip("192.0.2.1"), 10).size() == 3);
  kept = Ticket();
  CHECK(fill(crowd, ip("192.0.2.1"), 10).size() == 4);
}

TEST_CASE("exempt networks are not counted") {
  Crowd crowd({.connections = 1, .exempt = {policy::Network::parse("192.0.2.0/24").value()}});
  CHECK(fill(crowd, ip("192.0.2.1"), 100).size() == 100);
  CHECK(fill(crowd, ip("192.0.3.1"), 100).size() == 1);
}

TEST_CASE("a reload that changes what a place is loses nobody") {
  Crowd crowd({.connections = 5});
  {
    const auto tickets = fill(crowd, ip("192.0.2.1"), 5);
    crowd.configure({.connections = 5, .ipv4_prefix = 24});
    CHECK(fill(crowd, ip("192.0.2.2"), 10).size() == 5);
  }
  crowd.configure({.connections = 5});
  CHECK(fill(crowd, ip("192.0.2.1"), 10).size() == 5);
}

TEST_CASE("workers that take and leave at once never let in too many") {
  constexpr unsigned kThreads = 4;
  constexpr unsigned kMost = 8;
  Crowd crowd({.connections = kMost});
  std::atomic<unsigned> inside = 0;
  std::atomic<bool> exceeded = false;
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20'000; ++i) {
        const auto ticket = crowd.enter(ip("192.0.2.1"), Purpose::kPlain, kNow);
        if (!ticket) continue;
        if (++inside > kMost) exceeded = true;
        --inside;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK_FALSE(exceeded);
  CHECK(fill(crowd, ip("192.0.2.1"), 100).size() == kMost);
}

}  // namespace postern::server
