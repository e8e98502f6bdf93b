// SPDX-License-Identifier: Apache-2.0
// A real Redis on a port of its own, which keeps nothing and goes with its object.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "proxy/cluster/engine_settings.hpp"

namespace postern::testing {

class Redis {
 public:
  /// With these arguments beside those that it needs; `--sentinel` among them makes it one, which
  /// reads and writes `configuration`.
  explicit Redis(std::vector<std::string> arguments = {}, std::string configuration = {});
  ~Redis();
  Redis(const Redis&) = delete;
  Redis& operator=(const Redis&) = delete;

  std::uint16_t port() const { return port_; }
  cluster::EngineAddress address() const { return {.host = "127.0.0.1", .port = port_}; }

  /// What redis-cli prints for a command.
  std::string run(const std::vector<std::string>& words) const;

  void kill();
  /// After kill(): on the same port.
  void restart();
  void stop() const;
  void go_on() const;
  /// Its folder, for what it has to read.
  const std::string& folder() const { return folder_; }
  /// How it is asked by run(): "--tls --cacert FILE".
  std::vector<std::string> ways = {};

 private:
  void start();
  bool starts();

  std::vector<std::string> arguments_;
  std::string configuration_;
  std::string folder_;
  std::uint16_t port_ = 0;
  pid_t process_ = -1;
};

/// A port that nobody listens on at this moment.
std::uint16_t free_port();

}  // namespace postern::testing
