// SPDX-License-Identifier: Apache-2.0
// A process that starts one program, the one that is to take the place of this process: forked
// before this one gives up any right, it still has what a program needs that begins anew, and no
// filter of an older version lies on a newer one. What it starts, and with what, was settled when
// it was forked; who breaks into this process can only have it started once more.
#pragma once

#include <sys/types.h>

#include <expected>
#include <string>
#include <vector>

#include "proxy/net/child.hpp"
#include "proxy/net/descriptor.hpp"

namespace postern::confinement {

class Launcher {
 public:
  /// Forks it. `environment` is all of the program's, "NAME=value". The process should have one
  /// thread. Why, if it cannot.
  [[nodiscard]] static std::expected<Launcher, std::string> start(
      net::Program program, const std::vector<std::string>& environment);

  Launcher(Launcher&& other) noexcept;
  Launcher& operator=(Launcher&&) = delete;
  /// Ends it. What it has started goes on.
  ~Launcher();

  /// What is started.
  const std::string& file() const noexcept { return file_; }

  struct Launched {
    pid_t pid;
    net::Descriptor handle;  // a pidfd
  };
  /// Starts the program as a child of this process. It shares our standard streams, has `channel`
  /// as net::Child::kChannel, and nothing else of ours. Why it cannot be started, else.
  [[nodiscard]] std::expected<Launched, std::string> launch(const net::Descriptor& channel) const;

 private:
  Launcher(std::string file, pid_t process, net::Descriptor socket) noexcept;

  std::string file_;
  pid_t process_;
  net::Descriptor socket_;
};

}  // namespace postern::confinement
