// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/path_steps.hpp"

#include <deque>
#include <filesystem>
#include <system_error>
#include <utility>

namespace postern::net {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLinks = 40;  // path_resolution(7)

class Walk {
 public:
  explicit Walk(const fs::path& path) { put_before(path); }

  std::vector<PathStep> run() {
    while (!ahead_.empty() && links_ <= kMostLinks) {
      const fs::path name = std::move(ahead_.front());
      ahead_.pop_front();
      if (!step(name)) return std::move(steps_);
    }
    steps_.push_back({here_.string(), {}});
    return std::move(steps_);
  }

 private:
  // Whether the way goes on behind this name.
  bool step(const fs::path& name) {
    if (name.empty() || name == "." || name == "/") return true;
    if (name == "..") {
      here_ = here_.parent_path();
      return true;
    }
    steps_.push_back({here_.string(), name.string()});
    std::error_code error;
    const fs::path there = here_ / name;
    const fs::file_status status = fs::symlink_status(there, error);
    if (status.type() == fs::file_type::symlink) {
      ++links_;
      const fs::path target = fs::read_symlink(there, error);
      if (!error) put_before(target);
      return !error;
    }
    here_ = there;
    return status.type() == fs::file_type::directory;
  }

  void put_before(const fs::path& path) {
    if (path.is_absolute()) here_ = "/";
    ahead_.insert(ahead_.begin(), path.begin(), path.end());
  }

  std::vector<PathStep> steps_;
  std::deque<fs::path> ahead_;
  fs::path here_;  // no link in it
  int links_ = 0;
};

}  // namespace

std::vector<PathStep> steps_to(const std::string& path) {
  std::error_code error;
  const fs::path whole = fs::absolute(path, error);
  if (error) return {};
  return Walk(whole).run();
}

}  // namespace postern::net
