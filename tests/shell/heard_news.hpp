// SPDX-License-Identifier: Apache-2.0
// What administrators would have been told of backends.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "proxy/upstream/dialer.hpp"
#include "proxy/upstream/news.hpp"

namespace postern::upstream {

class HeardNews final : public News {
 public:
  std::vector<std::string> down;  // "IP:PORT phase"
  std::vector<std::string> up;    // "IP:PORT"

  void on_down(const std::string&, const DialFailure& why, std::uint32_t) override {
    constexpr std::array kPhases = {" queue", " resolve", " connect", " tls", " greeting", " stls"};
    down.push_back(why.address + kPhases.at(static_cast<std::size_t>(why.phase)));
  }
  void on_up(const std::string&, const std::string& address, std::chrono::milliseconds) override {
    up.push_back(address);
  }
};

}  // namespace postern::upstream
