// SPDX-License-Identifier: Apache-2.0
// A listening socket in the file system: for its owner and its group from the first moment on,
// never beside another one that is alive, and taken away only as long as it is ours.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <cstddef>
#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "proxy/net/descriptor.hpp"

namespace postern::net {

class LocalSocket {
 public:
  /// The longest path that there may be, which leaves room for a temporary name.
  static constexpr std::size_t kLongestPath = 96;

  /// One that listens beside `path`, under a name of its own; what is at `path` may be a socket
  /// that nobody listens on any more, and nothing else. Or why there is none, in words.
  [[nodiscard]] static std::expected<LocalSocket, std::string> make(const std::string& path);

  LocalSocket() = default;
  /// Takes its name away, if it is still this one's.
  ~LocalSocket() { remove(); }
  LocalSocket(LocalSocket&& other) noexcept;
  LocalSocket& operator=(LocalSocket&& other) noexcept;

  /// From now on it is found at its path. Why that failed, in words.
  [[nodiscard]] std::expected<void, std::string> put_in_place();

  const Descriptor& descriptor() const noexcept { return socket_; }
  const std::string& path() const noexcept { return path_; }
  /// Whose members may use it.
  gid_t group() const noexcept { return group_; }

 private:
  void remove() noexcept;

  Descriptor socket_;
  std::string path_;
  std::string name_;  // where it is now; empty: nowhere
  dev_t device_ = 0;  // what it is, whatever its name
  ino_t inode_ = 0;
  gid_t group_ = 0;
};

/// Who is at the other end of a local connection.
struct LocalPeer {
  uid_t user = 0;
  pid_t process = 0;
  std::vector<gid_t> groups;  // all that it is a member of

  bool is_in(gid_t group) const noexcept;
};

/// Nobody where the system does not tell.
[[nodiscard]] std::expected<LocalPeer, std::string> peer_of(const Descriptor& connection);

/// A connection to the socket at `path`, which may be read and written with waiting; or why there
/// is none: a number of errno.
[[nodiscard]] std::expected<Descriptor, int> call_local(const std::string& path);

}  // namespace postern::net
