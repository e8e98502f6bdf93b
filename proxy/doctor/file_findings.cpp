// SPDX-License-Identifier: Apache-2.0
#include "proxy/doctor/file_findings.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "tls/pem_blocks.hpp"

namespace postern::doctor {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kForOthers = S_IRWXG | S_IRWXO;

std::optional<struct stat> status_of(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return status;
}

std::string text_of(int error) { return std::generic_category().message(error); }

std::string parent_of(const std::string& path) {
  std::error_code error;
  return fs::absolute(path, error).parent_path().string();
}

class Files {
 public:
  explicit Files(const Patient& patient) : patient_(patient) {}

  Findings findings() {
    check_reading();
    check_directories();
    check_state();
    check_log();
    return std::move(findings_);
  }

 private:
  void add(std::string_view check, std::string where, std::string what, std::string fix) {
    findings_.push_back({.check = std::string(check),
                         .where = std::move(where),
                         .what = std::move(what),
                         .fix = std::move(fix)});
  }

  std::string whom() const { return patient_.account ? patient_.account->name : "you"; }
  std::string owner() const {
    return patient_.account ? patient_.account->name : std::string("\"$(id -un)\"");
  }
  std::string group() const {
    return patient_.account ? std::to_string(patient_.account->group) : std::string("\"$(id -g)\"");
  }

  int met_with(const std::string& path, int mode) const {
    return try_as(patient_.account, {{path, mode}}).front();
  }

  // Each file that is named, by its key; and the configuration.
  void check_reading() {
    check_readable(patient_.document.file, patient_.document.file);
    for (const conf::Origin& origin : patient_.document.origins) {
      if (!origin.key.ends_with("_file") || origin.value.size() < 3) continue;
      const std::string path = origin.value.substr(1, origin.value.size() - 2);
      if (path.contains(':') || !status_of(path)) continue;  // told by those who read it
      check_readable(path, patient_.place_of(origin.key));
      directories_.insert(parent_of(path));
    }
    directories_.insert(parent_of(patient_.document.file));
  }

  void check_readable(const std::string& path, const std::string& place) {
    const int error = met_with(path, R_OK);
    if (error == 0) return;
    const std::string closed = closed_directory(path);
    const std::string word = tls::shell_word(closed.empty() ? path : closed);
    add("file-unreadable", place,
        fmt::format("{} cannot be read by {}: {}", path, whom(), text_of(error)),
        fmt::format("chgrp {} {} && chmod g+{} {}", group(), word, closed.empty() ? "r" : "x",
                    word));
  }

  // The first directory on the way that does not let this user through.
  std::string closed_directory(const std::string& path) const {
    std::error_code error;
    std::vector<std::string> way;
    for (fs::path at = fs::absolute(path, error).parent_path(); at != at.root_path();
         at = at.parent_path()) {
      way.insert(way.begin(), at.string());
    }
    for (const std::string& directory : way) {
      if (met_with(directory, X_OK) != 0) return directory;
    }
    return {};
  }

  void check_directories() {
    for (const std::string& directory : directories_) {
      const auto status = status_of(directory);
      if (!status || (status->st_mode & S_IWOTH) == 0 || (status->st_mode & S_ISVTX) != 0) continue;
      add("directory-writable", directory,
          "everybody on this machine may put other files into the place of those in it",
          "chmod o-w " + tls::shell_word(directory));
    }
  }

  void check_state() {
    const std::string& directory = patient_.document.settings.startup.state_dir;
    if (directory.empty()) return;
    const std::string word = tls::shell_word(directory);
    const auto status = status_of(directory);
    if (!status || !S_ISDIR(status->st_mode)) {
      if (!status && met_with(parent_of(directory), W_OK | X_OK) == 0) return;  // it makes its own
      return add("state-missing", directory,
                 fmt::format("there is no directory {}, and {} cannot make it", directory, whom()),
                 fmt::format("install -d -m 700 -o {} -g {} {}", owner(), group(), word));
    }
    if (patient_.account && status->st_uid != patient_.account->user) {
      add("state-owner", directory, fmt::format("{} does not belong to {}", directory, whom()),
          fmt::format("chown -R {} {}", owner(), word));
    } else if (met_with(directory, R_OK | W_OK | X_OK) != 0) {
      add("state-owner", directory, fmt::format("{} cannot write to {}", whom(), directory),
          fmt::format("chmod 700 {}", word));
    }
    if ((status->st_mode & kForOthers) != 0) {
      add("state-mode", directory,
          fmt::format("others than {} may look into {}", whom(), directory),
          fmt::format("chmod 700 {}", word));
    }
  }

  void check_log() {
    const std::string& target = patient_.live().log.target;
    if (!target.contains('/')) return;
    const std::string place = patient_.place_of("log.target");
    const std::string directory = parent_of(target);
    const std::string word = tls::shell_word(directory);
    if (!status_of(directory)) {
      return add("log-target", place, fmt::format("there is no directory {}", directory),
                 fmt::format("install -d -m 750 -o {} -g {} {}", owner(), group(), word));
    }
    const bool there = status_of(target).has_value();
    const int error = there ? met_with(target, W_OK) : met_with(directory, W_OK | X_OK);
    if (error == 0) return;
    add("log-target", place,
        fmt::format("{} cannot write to {}: {}", whom(), target, text_of(error)),
        fmt::format("chown {} {}", owner(), there ? tls::shell_word(target) : word));
  }

  const Patient& patient_;
  std::set<std::string> directories_;
  Findings findings_;
};

}  // namespace

Findings file_findings(const Patient& patient) { return Files(patient).findings(); }

}  // namespace postern::doctor
