// SPDX-License-Identifier: Apache-2.0
// The other end of the control socket: a tool that asks the running process, and waits for the
// reply as long as it said.
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <string_view>

#include "proxy/admin/control_frame.hpp"
#include "proxy/net/descriptor.hpp"

namespace postern::admin {

class ControlCall {
 public:
  /// Speaks to whoever listens at `path`; why nobody does, in words.
  [[nodiscard]] static std::expected<ControlCall, std::string> to(const std::string& path);

  /// The reply, as JSON; or why there was none, in words.
  [[nodiscard]] std::expected<std::string, std::string> ask(std::string_view request,
                                                            std::chrono::seconds patience);
  /// The next part of a reply that goes on, likewise.
  [[nodiscard]] std::expected<std::string, std::string> next(std::chrono::seconds patience);
  /// Nothing more is asked, and whoever waits for a reply gets none. For a signal's handler, too.
  void hang_up() const noexcept;
  /// Whether the process at the other end has let go within that time, as it does when it ends.
  bool wait_for_end(std::chrono::seconds patience);

 private:
  using Deadline = std::chrono::steady_clock::time_point;

  explicit ControlCall(net::Descriptor socket) noexcept : socket_(std::move(socket)) {}
  bool say(std::string_view bytes, Deadline deadline) const;
  std::expected<std::string, std::string> hear(Deadline deadline);
  bool wait_for(short event, Deadline deadline) const;

  net::Descriptor socket_;
  FrameReader reader_{kMostReply};
  std::string early_;  // what came behind a frame
};

}  // namespace postern::admin
