// SPDX-License-Identifier: Apache-2.0
// Another program that this process starts, with a channel to it. It is watched until it ends, or
// until nobody wants to know any more: then it goes on alone.
#pragma once

#include <sys/types.h>

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "proxy/net/descriptor.hpp"
#include "proxy/net/handle.hpp"
#include "proxy/net/loop.hpp"

namespace postern::net {

/// How a program is started.
struct Program {
  std::string file;                    // a path, or a name that PATH leads to
  std::vector<std::string> arguments;  // the first is what it is called by
};

class Child {
 public:
  /// The number under which a child has its channel.
  static constexpr int kChannel = 3;
  /// Its exit code, or 128 and the number of the signal that ended it, as a shell has it.
  using Ended = std::move_only_function<void(int outcome)>;

  /// It shares our standard streams and has nothing else of ours. `environment` is all of it,
  /// "NAME=value". `ended` is called once, on the loop, unless the child object is destroyed
  /// before. Why it cannot be started, else.
  [[nodiscard]] static std::expected<std::unique_ptr<Child>, std::string> start(
      Loop& loop, const Program& program, const std::vector<std::string>& environment,
      const Descriptor& channel, Ended ended);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const noexcept { return process_->pid; }
  /// SIGKILL.
  void kill() noexcept;

 private:
  explicit Child(Ended ended) : ended_(std::move(ended)), process_(new uv_process_t{}) {}

  Ended ended_;
  Handle<uv_process_t> process_;
};

/// The environment of this process, "NAME=value".
std::vector<std::string> environment();

}  // namespace postern::net
