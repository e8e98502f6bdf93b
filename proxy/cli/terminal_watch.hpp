// SPDX-License-Identifier: Apache-2.0
// What runs for somebody who looks ends when nobody can any more. The system tells only the
// processes of the terminal's own session that it is gone; a shell may have moved this one out of
// sight of that, and a connection without a terminal tells nobody.
#pragma once

#include <thread>

#include "proxy/net/descriptor.hpp"

namespace postern::cli {

/// While one lives, the process gets SIGHUP when the terminal that is its standard input goes away.
/// Without one, or when SIGHUP is ignored (nohup), nothing is watched.
class TerminalWatch {
 public:
  TerminalWatch();
  ~TerminalWatch();
  TerminalWatch(const TerminalWatch&) = delete;
  TerminalWatch& operator=(const TerminalWatch&) = delete;

 private:
  net::Descriptor stop_;   // closed: the thread ends
  net::Descriptor ended_;  // its other end
  std::thread thread_;
};

}  // namespace postern::cli
