// SPDX-License-Identifier: Apache-2.0
// The traces of the process: who watches whom, and until when. Each ends by itself: at its time,
// when whoever watches leaves, and with the process. Who reads slowly loses lines, and is told how
// many; neither the workers nor the supervisor wait.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "proxy/admin/log.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/server/control_replies.hpp"
#include "proxy/server/control_request.hpp"
#include "proxy/server/inquiries.hpp"
#include "proxy/session/trace_book.hpp"

namespace postern::server {

class TraceDesk {
 public:
  /// How many there may be at a time, and for how long each.
  static constexpr std::size_t kMost = 4;
  static constexpr std::chrono::seconds kLongest{3'600};

  /// All must outlive it; it ends before the loop's last turn, or after it.
  TraceDesk(net::Loop& loop, admin::Log& log, ControlReplies& replies, Inquiries& workers);
  /// Whoever watches is told that the process ends.
  ~TraceDesk();
  TraceDesk(const TraceDesk&) = delete;
  TraceDesk& operator=(const TraceDesk&) = delete;

  /// The request `trace`: who is watched, by `ip`, an address or a network, by `user`, or by both;
  /// and for how many `seconds`. The reply goes on until it says `end`.
  void begin(const Asker& asker, ControlRequest& request);

  void on_listening(std::uint64_t peer);
  void on_left(std::uint64_t peer);

 private:
  struct One;
  enum class End { kTime, kStopped, kLeft };

  One* of(std::uint64_t peer) noexcept;
  void arm(const Asker& asker, session::TraceScope scope, std::chrono::seconds length);
  void pass_on(One& one);
  void end(One& one, End why);
  void note(const One& one, std::string_view what);
  static std::string_view name_of(End why) noexcept;

  net::Loop& loop_;
  admin::Log& log_;
  ControlReplies& replies_;
  Inquiries& workers_;
  net::TurnEnd turn_end_;
  std::vector<std::unique_ptr<One>> all_;
};

}  // namespace postern::server
