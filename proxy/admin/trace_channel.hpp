// SPDX-License-Identifier: Apache-2.0
// What a trace has to tell, on its way from the workers' threads to the one that sends it: as much
// as fits, and how much did not. Nobody waits for anybody.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "proxy/net/callback.hpp"

namespace postern::admin {

/// One line. Lent for a call.
struct TraceEntry {
  std::string_view sid;
  std::string_view ip;
  std::string_view user;  // empty: not known yet
  std::string_view mark;  // who says it, and to whom: "C:"
  std::string_view text;
};

class TraceChannel {
 public:
  /// What is kept at most until it is taken, in bytes.
  static constexpr std::size_t kMostBytes = std::size_t{256} << 10;

  /// `ready` is signalled when there is something to be taken, until close().
  explicit TraceChannel(net::Wakeup& ready) noexcept : ready_(&ready) {}
  TraceChannel(const TraceChannel&) = delete;
  TraceChannel& operator=(const TraceChannel&) = delete;

  /// From any thread. It happened now.
  void put(const TraceEntry& entry);
  /// All that is there, as frames for the control socket; each is a line, or tells how many are
  /// left out at its place.
  std::string take();
  /// Nothing more is kept.
  void close();
  /// Since the beginning.
  std::uint64_t left_out() const;

 private:
  void tell_left_out();

  mutable std::mutex mutex_;  // guards the rest
  net::Wakeup* ready_;        // null: it is closed
  std::string frames_;
  std::uint64_t missing_ = 0;   // lines since the last that did fit
  std::uint64_t left_out_ = 0;  // lines, in all
};

}  // namespace postern::admin
