// SPDX-License-Identifier: Apache-2.0
// The writer thread's end of the log: takes one finished line after the other and gets them out,
// several at once when more are waiting. It waits for a reader that is slow; what is lost all the
// same is counted, and said as soon as lines flow again.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <streambuf>
#include <string>
#include <string_view>

#include "proxy/admin/log_target.hpp"

namespace postern::admin {

/// What the outlet asks about the lines before it; called in the writer's thread.
class LogSource {
 public:
  virtual ~LogSource() = default;
  /// Whether another line will follow at once.
  virtual bool has_more() = 0;
  /// Lines since the start that found no room.
  virtual std::uint64_t overruns() = 0;
  /// The line that tells of so many lost ones, without its end.
  virtual std::string tell_lost(std::uint64_t lines) = 0;
};

class LogOutlet final : public std::streambuf {
 public:
  /// `source` must outlive it.
  LogOutlet(LogSource& source, LogTarget target);

  /// From any thread; never waits for the writer.
  void use(LogTarget target);

  /// From any thread: from then on nobody is waited for, and what is not taken at once is lost.
  void give_up_at(std::chrono::steady_clock::time_point end) noexcept;

  /// Lines that could not be written, since the start.
  std::uint64_t failures() const noexcept { return failures_; }

 protected:
  // std::streambuf; each call brings one line with its end. Never fails.
  std::streamsize xsputn(const char* text, std::streamsize size) override;
  int_type overflow(int_type character) override;
  int sync() override;

 private:
  using TargetPtr = std::shared_ptr<const LogTarget>;

  void write_out();
  std::uint64_t deliver(std::string_view lines);
  std::string_view push(std::string_view bytes);
  TargetPtr target() const;
  bool is_given_up() const noexcept;

  LogSource& source_;
  mutable std::mutex mutex_;  // guards target_
  TargetPtr target_;
  std::atomic<std::chrono::steady_clock::rep> end_;
  std::atomic<std::uint64_t> failures_{0};
  std::uint64_t told_ = 0;  // lost lines that were said
  std::string held_;        // lines that go out together
  bool torn_ = false;       // the last line was cut; the next begins with a line end
};

}  // namespace postern::admin
