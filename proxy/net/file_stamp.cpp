// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/file_stamp.hpp"

#include <sys/stat.h>

#include <utility>

namespace postern::net {
namespace {

constexpr std::int64_t kNanosecondsInOne = 1'000'000'000;

std::int64_t nanoseconds_of(const timespec& time) noexcept {
  return time.tv_sec * kNanosecondsInOne + time.tv_nsec;
}

}  // namespace

FileStamp FileStamp::of(const std::string& path) noexcept {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {.there = true,
          .device = status.st_dev,
          .file = status.st_ino,
          .size = static_cast<std::uint64_t>(status.st_size),
          .written_at = nanoseconds_of(status.st_mtim),
          .changed_at = nanoseconds_of(status.st_ctim)};
}

FileStamps stamps_of(const std::vector<std::string>& paths) {
  FileStamps stamps;
  stamps.reserve(paths.size());
  for (const std::string& path : paths) stamps.push_back(FileStamp::of(path));
  return stamps;
}

Settling::State Settling::look(FileStamps now) {
  const bool at_rest = now == seen_;
  const bool as_read = now == read_;
  seen_ = std::move(now);
  if (as_read) return State::kAsRead;
  if (!at_rest) return State::kMoving;
  read_ = seen_;
  return State::kReady;
}

}  // namespace postern::net
