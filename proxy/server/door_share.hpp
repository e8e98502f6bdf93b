// SPDX-License-Identifier: Apache-2.0
// What each worker gets of the doors that were opened for all of them.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "proxy/server/doors.hpp"
#include "proxy/server/worker.hpp"

namespace postern::server {

/// Doors that are open already have nothing to give.
inline std::vector<WorkerDoor> share_of(std::size_t worker, std::size_t workers,
                                        std::vector<Door>& doors) {
  std::vector<WorkerDoor> share;
  for (Door& door : doors) {
    WorkerDoor& one =
        share.emplace_back(WorkerDoor{door.address.text(), door.listener, door.lanes, {}});
    for (std::size_t i = worker; i < door.sockets.size(); i += workers) {
      one.sockets.push_back(std::move(door.sockets[i]));
    }
  }
  return share;
}

}  // namespace postern::server
