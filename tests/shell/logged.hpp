// SPDX-License-Identifier: Apache-2.0
// A log in a file, for what tells administrators something.
#pragma once

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/admin/log.hpp"
#include "tests/shell/place.hpp"

namespace postern::server {

class Logged {
 public:
  explicit Logged(const Place& place) : place_(place) {
    auto ready = log.open({.target = place.file("log")});
    REQUIRE(ready);
    log.use(*std::move(ready));
  }

  /// What was told since this was asked last, once there are so many lines; fails if there are
  /// more.
  std::vector<std::string> told(std::size_t count) {
    std::vector<std::string> lines;
    wait_until([&] {
      std::istringstream text(place_.read("log"));
      lines.clear();
      for (std::string line; std::getline(text, line);) lines.push_back(line);
      return lines.size() >= told_ + count;
    });
    CHECK(lines.size() == told_ + count);
    lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(told_));
    told_ += count;
    return lines;
  }

  admin::Log log;

 private:
  const Place& place_;
  std::size_t told_ = 0;
};

}  // namespace postern::server
