// SPDX-License-Identifier: Apache-2.0
// A way into the system's own log: a datagram socket that takes one line at a time, in the form
// that its daemon wants. Nothing waits; a daemon that has been started anew is found again.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "proxy/net/descriptor.hpp"

namespace postern::admin {

class LogSocket {
 public:
  enum class Sent : std::uint8_t {
    kDone,
    kNotNow,  // wait() tells when it is worth trying again: the daemon is busy, or away
    kFailed,  // this line is refused, and will be
  };
  /// What a line, without its end, is sent as. Called in the writer's thread.
  using Form = std::string (*)(std::string_view line);

  /// The socket of that path, where a daemon has to listen by now; otherwise why it cannot be
  /// reached.
  [[nodiscard]] static std::expected<std::unique_ptr<LogSocket>, std::string> open(std::string path,
                                                                                   Form form);

  Sent send(std::string_view line);
  /// Until it may take something, and at most so long.
  void wait(std::chrono::milliseconds most) const noexcept;

 private:
  LogSocket(std::string path, Form form) : path_(std::move(path)), form_(form) {}
  std::error_code reach();

  std::string path_;
  Form form_;
  net::Descriptor socket_;  // not valid while the daemon is away
};

}  // namespace postern::admin
