// SPDX-License-Identifier: Apache-2.0
// How this machine stands with those that it counts together with. A value.
#pragma once

#include <cstdint>
#include <string>

namespace postern::server {

struct ClusterStanding {
  bool is_member = false;  // else all that follows is empty
  bool is_up = false;
  std::string node;
  std::string engine;       // "IP:PORT", while it is up
  std::string why;          // it is not
  std::uint32_t nodes = 0;  // that lived when it was last asked, this one included
};

}  // namespace postern::server
