// SPDX-License-Identifier: Apache-2.0
// A supervisor with real workers, its configuration and its log in a folder of its own.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <initializer_list>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>

#include "proxy/server/supervisor.hpp"
#include "tests/shell/client.hpp"
#include "tests/shell/place.hpp"

namespace postern::server {

struct Supervised {
  Place place;
  Written written;
  std::unique_ptr<Supervisor> supervisor;
  net::Address address;

  Supervised() { write(); }
  void write() { place.write("postern.toml", written.text(place)); }
  std::expected<Changes, Refusal> try_start() {
    supervisor = std::make_unique<Supervisor>(place.file("postern.toml"));
    return supervisor->start();
  }
  Changes start() {
    auto done = try_start();
    REQUIRE(done);
    address = done->listening.at(0).address;
    return *std::move(done);
  }
  std::expected<Changes, Refusal> reload() {
    write();
    return supervisor->reload();
  }
  /// What a new client is greeted with.
  std::string greeting() const { return Client(address).line(); }
  /// How many lines of the log have all of this.
  std::size_t logged(std::initializer_list<std::string_view> words) const {
    std::istringstream log(place.read("log"));
    std::size_t count = 0;
    for (std::string line; std::getline(log, line);) {
      count += std::ranges::all_of(
                   words, [&](std::string_view word) { return line.find(word) != line.npos; })
                   ? 1U
                   : 0U;
    }
    return count;
  }
};

}  // namespace postern::server
