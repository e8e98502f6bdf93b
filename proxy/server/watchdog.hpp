// SPDX-License-Identifier: Apache-2.0
// Tells systemd that the process is alive, as long as every worker answers: a worker whose loop
// hangs serves nobody, and nothing else would notice.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>

namespace postern::server {

/// Rounds of questions and answers. Asking and judging are for one thread; answers come from any.
class Rounds {
 public:
  explicit Rounds(std::size_t parties) noexcept : parties_(parties) {}

  /// Whether everybody has answered since the last begin().
  bool complete() const noexcept { return answers_.load() >= parties_; }
  /// Everybody is to answer once.
  void begin() noexcept { answers_ = 0; }
  void answer() noexcept { answers_.fetch_add(1); }

 private:
  std::size_t parties_;
  std::atomic<std::size_t> answers_{0};
};

/// One look at the parties: feeds the manager if all have answered the last question, and only then
/// asks the next. Returns whether it did.
bool look_after(Rounds& rounds, const std::function<void()>& feed,
                const std::function<void()>& ask);

/// Half of the time after which systemd takes this process for dead (sd_watchdog_enabled(3)); empty
/// when it does not watch.
std::optional<std::chrono::milliseconds> watchdog_interval();

}  // namespace postern::server
