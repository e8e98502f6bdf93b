// SPDX-License-Identifier: Apache-2.0
// Who wants a connection to a backend, and what became of it.
#pragma once

#include <catch2/catch.hpp>
#include <optional>

#include "proxy/upstream/race.hpp"

namespace postern::upstream {

/// It lets the race go as soon as it may.
class Caller final : private Race::Owner, private transport::Transport::Owner {
 public:
  std::vector<std::pair<DialPhase, std::string>> tried;
  std::vector<DialFailure> failures;
  std::unique_ptr<transport::Transport> connection;
  Seat seat;
  std::string greeting;
  std::string heard;
  std::vector<transport::TransportEnd> ends;
  std::optional<DialFailure> given_up;
  std::unique_ptr<Race> race;

  /// Once more, as if nothing had been before.
  void dial(const Dialer::World& world, Race::Course course) {
    Race::Owner& owner = *this;
    tried.clear();
    given_up.reset();
    connection.reset();
    race = std::make_unique<Race>(world, owner, std::move(course));
    CHECK_FALSE(over());
  }
  bool over() const noexcept { return connection || given_up; }
  /// How far it came with each address, in turn.
  std::vector<DialPhase> phases() const {
    std::vector<DialPhase> all;
    for (const auto& [phase, address] : tried) all.push_back(phase);
    return all;
  }

 private:
  void on_dialing(DialPhase phase, const std::string& address) override {
    tried.emplace_back(phase, address);
  }
  void on_address_failed(const DialFailure& failure) override { failures.push_back(failure); }
  void on_dialed(Dialed dialed) override {
    REQUIRE_FALSE(over());
    greeting = dialed.greeting;
    connection = std::move(dialed.connection);
    seat = std::move(dialed.seat);
    transport::Transport::Owner& owner = *this;
    connection->hand_over(owner);
    race.reset();
  }
  void on_dial_failed(const DialFailure& last) override {
    REQUIRE_FALSE(over());
    given_up = last;
    race.reset();
  }

  void on_plaintext(transport::Transport&, std::span<char> bytes) override {
    heard.append(bytes.data(), bytes.size());
  }
  void on_secured(transport::Transport&) override {}
  void on_end(transport::Transport&, transport::TransportEnd end) override { ends.push_back(end); }
  void on_full(transport::Transport&) override {}
  void on_drained(transport::Transport&) override {}
  void on_connected(transport::Transport&, int) override {}
};

}  // namespace postern::upstream
