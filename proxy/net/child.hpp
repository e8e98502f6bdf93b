// SPDX-License-Identifier: Apache-2.0
// Another program that was started as a child of this process. It is watched until it ends, or
// until nobody wants to know any more: then it goes on alone.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "proxy/net/descriptor.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/net/readiness.hpp"

namespace postern::net {

/// How a program is started.
struct Program {
  std::string file;                    // a path, or a name that PATH leads to
  std::vector<std::string> arguments;  // the first is what it is called by
};

class Child final : private Readiness::Owner {
 public:
  /// The number under which a child has its channel.
  static constexpr int kChannel = 3;
  /// Its exit code, or 128 and the number of the signal that ended it, as a shell has it.
  using Ended = std::move_only_function<void(int outcome)>;

  /// `handle` is a pidfd of the child. `ended` is called once, on the loop, unless the object is
  /// destroyed before. The loop outlives it.
  Child(Loop& loop, pid_t pid, Descriptor handle, Ended ended);
  ~Child() override;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const noexcept { return pid_; }
  /// SIGKILL.
  void kill() noexcept;

 private:
  void on_readable() override;

  pid_t pid_;
  Descriptor handle_;
  Ended ended_;
  std::unique_ptr<Readiness> readiness_;
};

/// The environment of this process, "NAME=value".
std::vector<std::string> environment();

}  // namespace postern::net
