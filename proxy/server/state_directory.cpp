// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/state_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "tls/file.hpp"

namespace postern::server {
namespace {

constexpr mode_t kOwnerAlone = S_IRUSR | S_IWUSR;
constexpr mode_t kDirectory = kOwnerAlone | S_IXUSR;

std::unexpected<std::string> failed(std::string_view what) {
  const int number = errno;
  return std::unexpected(std::string(what) + ": " + std::generic_category().message(number));
}

// A name is nobody's link: what is opened is what we made.
net::Descriptor open_in(const net::Descriptor& directory, const std::string& name, int flags) {
  return net::Descriptor(
      ::openat(directory.get(), name.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, kOwnerAlone));
}

// A directory that was there keeps its mode: somebody may have named /var/lib. Our files are for
// their owner alone in any; but where others can write, they could put theirs in the place of ours.
std::expected<void, std::string> check_writers(const net::Descriptor& directory) {
  struct stat status{};
  if (::fstat(directory.get(), &status) != 0) return failed("cannot be looked at");
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) == 0) return {};
  return std::unexpected("others may write to it");
}

bool write_all(const net::Descriptor& file, std::string_view bytes) noexcept {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

std::expected<StateDirectory, std::string> StateDirectory::open(const std::string& path) {
  if (::mkdir(path.c_str(), kDirectory) != 0 && errno != EEXIST) return failed("cannot be made");
  net::Descriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid()) return failed("cannot be opened");
  if (const auto done = check_writers(directory); !done) return std::unexpected(done.error());
  net::Descriptor lock = open_in(directory, "lock", O_RDWR | O_CREAT);
  if (!lock.valid()) return failed("cannot be written to");
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return std::unexpected("another process is using it");
    return failed("cannot be locked");
  }
  return StateDirectory(std::move(directory), std::move(lock));
}

std::expected<std::optional<std::string>, std::string> StateDirectory::read(
    const std::string& name, std::size_t most) const {
  auto bytes = tls::read_file_in(directory_.get(), name, most);
  if (bytes) return *std::move(bytes);
  const tls::FileFault& fault = bytes.error();
  if (fault.number == ENOENT) return std::nullopt;
  return std::unexpected("cannot be read: " + fault.why);
}

// The lock is ours, so the name of what is not finished yet is, too.
std::expected<void, std::string> StateDirectory::write(const std::string& name,
                                                       std::string_view bytes) const {
  const std::string fresh = name + ".new";
  ::unlinkat(directory_.get(), fresh.c_str(), 0);
  const net::Descriptor file = open_in(directory_, fresh, O_WRONLY | O_CREAT | O_EXCL);
  if (!file.valid()) return failed("cannot be written");
  if (!write_all(file, bytes) || ::fsync(file.get()) != 0) {
    auto failure = failed("cannot be written");
    ::unlinkat(directory_.get(), fresh.c_str(), 0);
    return failure;
  }
  if (::renameat(directory_.get(), fresh.c_str(), directory_.get(), name.c_str()) != 0) {
    return failed("cannot be replaced");
  }
  ::fsync(directory_.get());
  return {};
}

std::optional<std::string> StateDirectory::put_aside(const std::string& name) const {
  std::string aside = name + ".damaged";
  const int done = ::renameat(directory_.get(), name.c_str(), directory_.get(), aside.c_str());
  return done == 0 ? std::optional(std::move(aside)) : std::nullopt;
}

}  // namespace postern::server
