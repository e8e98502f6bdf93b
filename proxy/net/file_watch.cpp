// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/file_watch.hpp"

#include <filesystem>
#include <string_view>
#include <utility>

#include "proxy/net/error_text.hpp"
#include "proxy/net/file_stamp.hpp"
#include "proxy/net/path_steps.hpp"

namespace postern::net {

// Another directory may come to stand under the same path.
struct FileWatch::Watched {
  std::string own_name;
  std::uint64_t device = 0;
  std::uint64_t file = 0;
  std::set<std::string> names;  // the empty one: any
  std::unique_ptr<DirectoryWatch> watch;
};

FileWatch::FileWatch(Loop& loop, Callback on_change)
    : loop_(loop), on_change_(std::move(on_change)) {}

FileWatch::~FileWatch() = default;

void FileWatch::watch(const std::vector<std::string>& paths) {
  std::map<std::string, std::set<std::string>> wanted;
  for (const std::string& path : paths) {
    for (PathStep& step : steps_to(path)) wanted[step.directory].insert(std::move(step.name));
  }
  std::erase_if(directories_, [&](const auto& each) { return !wanted.contains(each.first); });
  fault_.reset();
  for (auto& [directory, names] : wanted) renew(directory, std::move(names));
}

void FileWatch::renew(const std::string& directory, std::set<std::string> names) {
  const FileStamp now = FileStamp::of(directory);
  std::unique_ptr<Watched>& watched = directories_[directory];
  const bool same = watched && watched->watch->fault() == 0 && watched->device == now.device &&
                    watched->file == now.file;
  if (!same) {
    watched = std::make_unique<Watched>();
    watched->own_name = std::filesystem::path(directory).filename().string();
    watched->device = now.device;
    watched->file = now.file;
    watched->watch = std::make_unique<DirectoryWatch>(
        loop_, directory,
        [this, it = watched.get()](std::string_view name) { on_event(*it, name); });
  }
  watched->names = std::move(names);
  // One that has gone since the ways were walked is looked for the next time.
  const int number = watched->watch->fault();
  if (number != 0 && now.there && !fault_) {
    fault_ = "cannot watch " + directory + ": " + error_text(number);
  }
}

void FileWatch::on_event(const Watched& watched, std::string_view name) {
  const bool ours = watched.names.contains({}) || watched.names.contains(std::string(name)) ||
                    name.empty() || name == watched.own_name;
  if (ours) on_change_();
}

}  // namespace postern::net
