// SPDX-License-Identifier: Apache-2.0
// The files that routes look users up in: read for a configuration as a whole, and again, one by
// one, whenever one has changed. A broken one leaves what was read before in use.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "conf/reader.hpp"
#include "proxy/net/file_stamp.hpp"
#include "proxy/session/user_maps.hpp"

namespace postern::server {

/// One of them, and what it was made into.
struct MapFile {
  std::string path;      // empty: a route without a map
  net::FileStamp stamp;  // of what was read last, well or not
  net::FileStamp seen;   // at the last look
  session::UserMaps::Map map;
  bool broken = false;  // what was read last was no map, and `map` is older
};

/// The maps of one configuration.
struct LoadedMaps {
  std::vector<std::string> backends;  // names, by position
  std::vector<MapFile> files;         // one a route
  std::shared_ptr<session::UserMaps> maps = std::make_shared<session::UserMaps>();  // to look into
};

/// Reads all maps that a configuration names. What `known` has of a file that has not changed since
/// is taken as it is. On failure every fault, at the place of the key that names the file.
[[nodiscard]] std::expected<LoadedMaps, conf::Diagnostics> load_maps(const conf::Document& document,
                                                                     const LoadedMaps& known = {});

/// What became of one file that has changed.
struct MapNews {
  enum class Kind { kRenewed, kRefused };  // what was refused leaves the map before in use

  Kind kind;
  std::string text;
};

/// One look at the files: what has changed since it was read, and is not being written any more
/// (two looks find the same), is read, and takes the place of what was before. Tells of each change
/// once, whether it is good or not.
std::vector<MapNews> renew_maps(LoadedMaps& loaded);

}  // namespace postern::server
