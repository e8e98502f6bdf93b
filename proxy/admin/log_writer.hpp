// SPDX-License-Identifier: Apache-2.0
// Gets lines from any thread to the log's target through a thread of its own, so that nobody who
// logs ever waits: spdlog's asynchronous logger. When more lines wait than there is room for, the
// oldest go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "proxy/admin/log_target.hpp"

namespace postern::admin {

class LogWriter {
 public:
  /// Lines that may wait.
  static constexpr std::size_t kRoom = 8192;
  /// How long the end waits for somebody to take what is left.
  static constexpr std::chrono::milliseconds kLastWait{2'000};

  /// The line, without its end, that tells that so many were lost. Called in the writer's thread.
  using TellLost = std::function<std::string(std::uint64_t lines)>;

  LogWriter(LogTarget target, TellLost tell_lost, std::size_t room = kRoom);
  /// All that waits is written, as far as it is taken within kLastWait.
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  /// From any thread. What one thread puts keeps its order.
  void put(std::string_view line) noexcept;

  /// From any thread: where lines go from now on, those that wait included.
  void use(LogTarget target);

  /// Lines since the start that found no room or could not be written.
  std::uint64_t lost() const noexcept;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace postern::admin
