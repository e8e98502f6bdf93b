// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/local_socket.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <system_error>

namespace postern::net {
namespace {

constexpr int kWaiting = 64;  // connections that nobody has taken yet
constexpr mode_t kMode = S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP;

std::string words_for(int error) { return std::generic_category().message(error); }

std::optional<sockaddr_un> name_for(const std::string& path) noexcept {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof name.sun_path) return std::nullopt;
  std::memcpy(name.sun_path, path.data(), path.size());
  return name;
}

const sockaddr* raw(const sockaddr_un& name) noexcept {
  return reinterpret_cast<const sockaddr*>(&name);
}

int new_socket(int flags) noexcept {
  return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
}

// What speaks against taking the place of what is there. One that takes no connection now because
// too many wait is alive, too.
std::optional<std::string> objection_to(const std::string& path) {
  struct stat there{};
  if (lstat(path.c_str(), &there) != 0) return std::nullopt;
  if (!S_ISSOCK(there.st_mode)) return path + " is there already, and is no socket";
  const Descriptor caller(new_socket(SOCK_NONBLOCK));
  const auto name = name_for(path);
  if (!caller.valid() || !name) return words_for(errno);
  const bool answers = ::connect(caller.get(), raw(*name), sizeof *name) == 0 || errno == EAGAIN;
  if (!answers) return std::nullopt;
  const auto peer = peer_of(caller);
  return "another process " + (peer ? "(" + std::to_string(peer->process) + ") " : std::string()) +
         "listens at " + path;
}

std::vector<gid_t> groups_of(int socket, gid_t first) {
  std::vector<gid_t> groups(64);
  auto size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
  int done = getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size);
  if (done != 0 && errno == ERANGE) {
    groups.resize(size / sizeof(gid_t));
    done = getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size);
  }
  groups.resize(done == 0 ? size / sizeof(gid_t) : 0);
  groups.push_back(first);
  return groups;
}

}  // namespace

// The mode that a socket is bound with is its inode's: nobody else can connect before it is what it
// should be, whatever the umask.
std::expected<LocalSocket, std::string> LocalSocket::make(const std::string& path) {
  const std::string temporary = path + "." + std::to_string(getpid());
  const auto name = name_for(temporary);
  if (!name || path.size() > kLongestPath)
    return std::unexpected(path + " is too long for a socket");
  if (auto objection = objection_to(path)) return std::unexpected(*std::move(objection));
  LocalSocket made;
  made.socket_ = Descriptor(new_socket(SOCK_NONBLOCK));
  if (!made.socket_.valid()) return std::unexpected(words_for(errno));
  ::unlink(temporary.c_str());
  const int socket = made.socket_.get();
  if (fchmod(socket, S_IRUSR | S_IWUSR) != 0 || bind(socket, raw(*name), sizeof *name) != 0) {
    return std::unexpected(path + ": " + words_for(errno));
  }
  made.path_ = path;
  made.name_ = temporary;
  struct stat what{};
  if (lstat(temporary.c_str(), &what) != 0 || chmod(temporary.c_str(), kMode) != 0 ||
      listen(socket, kWaiting) != 0) {
    return std::unexpected(path + ": " + words_for(errno));
  }
  made.device_ = what.st_dev;
  made.inode_ = what.st_ino;
  made.group_ = what.st_gid;
  return made;
}

std::expected<void, std::string> LocalSocket::put_in_place() {
  if (std::rename(name_.c_str(), path_.c_str()) != 0) {
    return std::unexpected(path_ + ": " + words_for(errno));
  }
  name_ = path_;
  return {};
}

LocalSocket::LocalSocket(LocalSocket&& other) noexcept
    : socket_(std::move(other.socket_)),
      path_(std::move(other.path_)),
      name_(std::exchange(other.name_, {})),
      device_(other.device_),
      inode_(other.inode_),
      group_(other.group_) {}

LocalSocket& LocalSocket::operator=(LocalSocket&& other) noexcept {
  if (this == &other) return *this;
  remove();
  socket_ = std::move(other.socket_);
  path_ = std::move(other.path_);
  name_ = std::exchange(other.name_, {});
  device_ = other.device_;
  inode_ = other.inode_;
  group_ = other.group_;
  return *this;
}

void LocalSocket::remove() noexcept {
  struct stat there{};
  const bool ours = !name_.empty() && lstat(name_.c_str(), &there) == 0 &&
                    there.st_dev == device_ && there.st_ino == inode_;
  if (ours) ::unlink(name_.c_str());
  name_.clear();
}

bool LocalPeer::is_in(gid_t group) const noexcept {
  return std::ranges::find(groups, group) != groups.end();
}

std::expected<LocalPeer, std::string> peer_of(const Descriptor& connection) {
  ucred told{};
  socklen_t size = sizeof told;
  if (getsockopt(connection.get(), SOL_SOCKET, SO_PEERCRED, &told, &size) != 0) {
    return std::unexpected(words_for(errno));
  }
  return LocalPeer{told.uid, told.pid, groups_of(connection.get(), told.gid)};
}

std::expected<Descriptor, int> call_local(const std::string& path) {
  const auto name = name_for(path);
  if (!name) return std::unexpected(ENAMETOOLONG);
  Descriptor caller(new_socket(0));
  if (!caller.valid() || ::connect(caller.get(), raw(*name), sizeof *name) != 0) {
    return std::unexpected(errno);
  }
  return caller;
}

}  // namespace postern::net
