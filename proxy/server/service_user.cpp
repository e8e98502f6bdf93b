// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/service_user.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "proxy/confinement/identity.hpp"
#include "proxy/net/descriptor.hpp"
#include "proxy/server/process.hpp"

namespace postern::server {
namespace {

namespace fs = std::filesystem;
using confinement::Identity;

constexpr mode_t kPrivate = S_IRWXU;
constexpr mode_t kShared = S_IRWXU | S_IRGRP | S_IXGRP;
constexpr mode_t kLogFile = S_IRUSR | S_IWUSR | S_IRGRP;

// One that is there keeps its owner: somebody may have named /var/log.
void give_directory(const fs::path& path, mode_t mode, const Identity& owner) {
  std::error_code error;
  if (path.empty() || fs::exists(path, error)) return;
  fs::create_directories(path.parent_path(), error);
  if (::mkdir(path.c_str(), mode) != 0) return;
  static_cast<void>(::lchown(path.c_str(), owner.user, owner.group) == 0);
}

void give_log_file(const std::string& path, const Identity& owner) {
  const net::Descriptor made(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kLogFile));
  if (made.valid()) static_cast<void>(::fchown(made.get(), owner.user, owner.group) == 0);
}

// What cannot be made is told by whoever needs it, a moment later.
void make_for(const Identity& owner, const conf::Settings& settings) {
  give_directory(settings.startup.state_dir, kPrivate, owner);
  give_directory(fs::path(settings.live.control.socket).parent_path(), kShared, owner);
  const std::string& log = settings.live.log.target;
  if (!log.starts_with('/')) return;
  give_directory(fs::path(log).parent_path(), kShared, owner);
  give_log_file(log, owner);
}

}  // namespace

std::string become_service_user(const std::string& configuration) {
  if (::geteuid() != 0) return {};
  const auto document = conf::read_file(configuration);
  if (!document || document->settings.startup.user.empty()) return {};
  const std::string& name = document->settings.startup.user;
  const auto identity = confinement::identity_of(name);
  if (!identity) return fmt::format("cannot be the user {}: {}", name, identity.error());
  if (identity->user == 0) return fmt::format("`security.user`: {} is root", name);
  make_for(*identity, document->settings);
  const std::string fault = confinement::become(*identity);
  if (!fault.empty()) return fmt::format("cannot be the user {}: {}", name, fault);
  keep_secrets_in();  // which another user's process has to say again
  return {};
}

conf::Diagnostics about_service_user(const conf::Document& document) {
  const std::string& name = document.settings.startup.user;
  if (name.empty()) return {};
  const auto identity = confinement::identity_of(name);
  if (identity && identity->user != 0) return {};
  return {conf::about(document, conf::mark_of(document, "security.user"),
                      {"system-user", identity ? name + " is root" : name + ": " + identity.error(),
                       "adduser --system --group --no-create-home " + name})};
}

std::optional<std::string> doubt_about_service_user(const std::string& wanted) {
  const uid_t own = ::geteuid();
  if (wanted.empty() || own == 0) return std::nullopt;
  const auto identity = confinement::identity_of(wanted);
  if (identity && identity->user == own) return std::nullopt;
  return fmt::format(
      "only root can become another user: `security.user` is \"{}\", and this "
      "process goes on as the user of number {}",
      wanted, own);
}

}  // namespace postern::server
