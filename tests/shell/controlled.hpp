// SPDX-License-Identifier: Apache-2.0
// A supervisor that runs in a thread of its own, and is asked over its control socket.
#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "tests/shell/control_caller.hpp"
#include "tests/shell/supervised.hpp"

namespace postern::server {

struct Controlled : Supervised {
  std::thread thread;

  explicit Controlled(const std::function<void(Written&)>& change = [](Written&) {}) {
    written.control = "control";
    change(written);
    write();
    start();
    thread = std::thread([this] { supervisor->run(); });
  }
  ~Controlled() {
    if (!thread.joinable()) return;
    if (std::filesystem::exists(path())) ControlCaller(path()).ask({{"verb", "stop"}});
    thread.join();
  }
  std::string path() const { return place.file("control"); }
  nlohmann::json ask(const nlohmann::json& request) const {
    return ControlCaller(path()).ask(request);
  }
};

}  // namespace postern::server
