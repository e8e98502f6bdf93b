// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/map_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "policy/user_map.hpp"
#include "tls/file.hpp"

namespace postern::server {
namespace {

using net::FileStamp;
using policy::MapFault;
using policy::UserMap;

std::expected<session::UserMaps::Map, std::vector<MapFault>> read_map(
    const std::string& path, const std::vector<std::string>& backends) {
  auto text = tls::read_file(path, UserMap::kMostBytes);
  if (!text)
    return std::unexpected(std::vector{MapFault{0, "cannot be read: " + text.error().why}});
  auto map = UserMap::parse(*std::move(text), backends);
  if (!map) return std::unexpected(std::move(map.error()));
  return std::make_shared<const UserMap>(*std::move(map));
}

// "/etc/postern/users.map:3: there is no backend \"old\""
std::string fault_text(const std::string& path, const MapFault& fault) {
  if (fault.line == 0) return fmt::format("{}: {}", path, fault.text);
  return fmt::format("{}:{}: {}", path, fault.line, fault.text);
}

// Reads what has not been read before.
class MapLoader {
 public:
  MapLoader(const conf::Document& document, const LoadedMaps& known)
      : document_(document), known_(known) {
    for (const conf::Backend& one : document.settings.live.backends) {
      loaded_.backends.push_back(one.name);
    }
  }

  std::expected<LoadedMaps, conf::Diagnostics> run() {
    const std::vector<conf::Route>& routes = document_.settings.live.routes;
    for (std::size_t i = 0; i < routes.size(); ++i) load(routes[i].map_file, i);
    if (!faults_.empty()) return std::unexpected(std::move(faults_));
    std::vector<session::UserMaps::Map> maps;
    maps.reserve(loaded_.files.size());
    for (const MapFile& file : loaded_.files) maps.push_back(file.map);
    loaded_.maps = std::make_shared<session::UserMaps>(std::move(maps));
    return std::move(loaded_);
  }

 private:
  void load(const std::string& path, std::size_t route) {
    const FileStamp stamp = path.empty() ? FileStamp() : FileStamp::of(path);
    MapFile& file = loaded_.files.emplace_back(
        MapFile{.path = path, .stamp = stamp, .seen = stamp, .map = nullptr});
    if (path.empty()) return;
    file.map = in_memory(file);
    if (file.map != nullptr) return;
    auto map = read_map(path, loaded_.backends);
    if (map) {
      file.map = *std::move(map);
      return;
    }
    const conf::Mark mark = conf::mark_of(document_, fmt::format("route[{}].map_file", route));
    for (const MapFault& fault : map.error()) {
      faults_.push_back(
          conf::about(document_, conf::Severity::kError, mark, fault_text(path, fault)));
    }
  }

  // What another route, or the configuration before, has of this very state of the file. One whose
  // last state was broken has an older map, and its stamp is not to be trusted.
  session::UserMaps::Map in_memory(const MapFile& file) const {
    const auto same = [&](const MapFile& other) {
      return other.path == file.path && other.stamp == file.stamp && other.map != nullptr &&
             !other.broken;
    };
    if (const auto found = std::ranges::find_if(loaded_.files, same);
        found != loaded_.files.end()) {
      return found->map;
    }
    if (known_.backends != loaded_.backends) return nullptr;
    const auto found = std::ranges::find_if(known_.files, same);
    return found == known_.files.end() ? nullptr : found->map;
  }

  const conf::Document& document_;
  const LoadedMaps& known_;
  LoadedMaps loaded_;
  conf::Diagnostics faults_;
};

MapNews renew_one(LoadedMaps& loaded, std::size_t index) {
  MapFile& file = loaded.files[index];
  file.stamp = file.seen;
  auto map = read_map(file.path, loaded.backends);
  file.broken = !map;
  if (!map) {
    return {MapNews::Kind::kRefused,
            fault_text(file.path, map.error().front()) + "; what was read before stays in use"};
  }
  file.map = *std::move(map);
  loaded.maps->replace(index, file.map);
  return {MapNews::Kind::kRenewed,
          fmt::format("{} was read anew: {} users", file.path, file.map->size())};
}

}  // namespace

std::expected<LoadedMaps, conf::Diagnostics> load_maps(const conf::Document& document,
                                                       const LoadedMaps& known) {
  return MapLoader(document, known).run();
}

std::vector<MapNews> renew_maps(LoadedMaps& loaded) {
  std::vector<MapNews> news;
  for (std::size_t i = 0; i < loaded.files.size(); ++i) {
    MapFile& file = loaded.files[i];
    if (file.path.empty()) continue;
    const net::FileStamp now = net::FileStamp::of(file.path);
    const bool at_rest = std::exchange(file.seen, now) == now;
    if (at_rest && now != file.stamp) news.push_back(renew_one(loaded, i));
  }
  return news;
}

}  // namespace postern::server
