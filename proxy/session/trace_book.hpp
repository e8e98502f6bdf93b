// SPDX-License-Identifier: Apache-2.0
// The traces that are under way in one worker: whose sessions each is about, and where its lines
// go. As long as there is none, a session finds one flag down and does nothing more.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/ip_address.hpp"
#include "policy/network.hpp"
#include "proxy/admin/trace_channel.hpp"
#include "proxy/pop3/outlet.hpp"
#include "proxy/session/line_heading.hpp"
#include "proxy/session/trace_fact.hpp"

namespace postern::session {

/// Who is watched: whoever all of this fits, as far as it is given.
struct TraceScope {
  std::optional<policy::Network> network = {};
  std::string user = {};  // as typed, in any case of letters; it fits nobody whose name is unknown

  bool fits(const policy::IpAddress& address, std::string_view name) const noexcept;
};

/// A value, and the same in every worker.
struct Trace {
  TraceScope scope;
  std::shared_ptr<admin::TraceChannel> channel;
};

class TraceBook {
 public:
  /// The flag is in `spare`, which outlives it.
  explicit TraceBook(pop3::Spare& spare) noexcept : spare_(spare) {}
  TraceBook(const TraceBook&) = delete;
  TraceBook& operator=(const TraceBook&) = delete;

  void begin(Trace trace);
  void end(const std::shared_ptr<admin::TraceChannel>& channel);

  /// Whether there is anybody to write for.
  bool open() const noexcept { return spare_.traced; }
  /// For those who watch this visitor; `user` is empty as long as it is not known.
  void write(const Visit& visit, std::string_view user, const TraceFact& fact) const;

 private:
  pop3::Spare& spare_;
  std::vector<Trace> traces_;
};

}  // namespace postern::session
