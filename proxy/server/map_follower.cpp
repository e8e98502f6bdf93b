// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/map_follower.hpp"

#include <algorithm>

namespace postern::server {

using conf::LogLevel;

void MapFollower::list(std::vector<std::string>& paths) const {
  for (const MapFile& file : maps_.files) {
    if (!file.path.empty()) paths.push_back(file.path);
  }
}

FileFollower::Rest MapFollower::look() {
  for (const MapNews& news : renew_maps(maps_)) {
    const bool renewed = news.kind == MapNews::Kind::kRenewed;
    const LogLevel level = renewed ? LogLevel::kInfo : LogLevel::kError;
    log_.write(level, log_.entry(level, "reload").finish(news.text));
  }
  const auto moves = [](const MapFile& file) { return file.seen != file.stamp; };
  return std::ranges::any_of(maps_.files, moves) ? Rest::kMoving : Rest::kAtRest;
}

}  // namespace postern::server
