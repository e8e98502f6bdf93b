// SPDX-License-Identifier: Apache-2.0
// Reads the maps of the configuration in use again when their files change, and says so.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "proxy/admin/log.hpp"
#include "proxy/server/file_follower.hpp"
#include "proxy/server/map_files.hpp"

namespace postern::server {

class MapFollower final : public FileFollower {
 public:
  /// The log must outlive it.
  explicit MapFollower(admin::Log& log) noexcept : log_(log) {}

  /// Those of the configuration that has just gone into service.
  void use(LoadedMaps maps) { maps_ = std::move(maps); }
  const LoadedMaps& maps() const noexcept { return maps_; }

  void list(std::vector<std::string>& paths) const override;
  /// A large map takes its time to read, which is nobody's but this thread's.
  Rest look() override;

 private:
  admin::Log& log_;
  LoadedMaps maps_;
};

}  // namespace postern::server
