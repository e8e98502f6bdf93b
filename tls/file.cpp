// SPDX-License-Identifier: Apache-2.0
#include "tls/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace postern::tls {
namespace {

// Without waiting, because a FIFO would hang a reload until somebody wrote to it.
constexpr int kOpening = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;

class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) {
      ::close(number_);
    }
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const noexcept { return number_; }

 private:
  int number_;
};

std::unexpected<FileFault> fault(int number) {
  return std::unexpected(
      FileFault{.number = number, .why = std::generic_category().message(number)});
}

// Up to the end of the file, or of the bytes; the number of them, or -1 and errno.
ssize_t read_all(int file, std::string& bytes) {
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t count = ::read(file, bytes.data() + size, bytes.size() - size);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return -1;
    }
    if (count == 0) {
      break;
    }
    size += static_cast<std::size_t>(count);
  }
  return static_cast<ssize_t>(size);
}

// Opened once, and what was opened is looked at: what stands under a path may change between two
// looks.
std::expected<std::string, FileFault> contents_of(const Descriptor& file, std::size_t most) {
  struct stat status{};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
    return fault(errno);
  }
  if (S_ISDIR(status.st_mode)) {
    return fault(EISDIR);
  }
  if (!S_ISREG(status.st_mode)) {
    return std::unexpected(FileFault{.number = 0, .why = "not a regular file"});
  }
  if (static_cast<std::size_t>(status.st_size) > most) {
    return fault(EFBIG);
  }
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  const ssize_t size = read_all(file.get(), bytes);
  if (size < 0) {
    return fault(errno);
  }
  bytes.resize(static_cast<std::size_t>(size));
  return bytes;
}

}  // namespace

std::expected<std::string, FileFault> read_file(const std::string& path, std::size_t most) {
  return contents_of(Descriptor(::open(path.c_str(), kOpening)), most);
}

std::expected<std::string, FileFault> read_file_in(int directory, const std::string& name,
                                                   std::size_t most) {
  return contents_of(Descriptor(::openat(directory, name.c_str(), kOpening | O_NOFOLLOW)), most);
}

std::string base_name(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

}  // namespace postern::tls
