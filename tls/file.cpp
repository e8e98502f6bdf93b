#include "tls/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace postern::tls {
namespace {

constexpr off_t kMaxBytes = 1024 * 1024;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

std::unexpected<Error> refuse(int number, const std::string& path, const char* why) {
  return std::unexpected(Error{ErrorKind::kFile, static_cast<std::uint32_t>(number),
                               "cannot read " + path + ": " + why});
}

std::unexpected<Error> refuse(int number, const std::string& path) {
  return refuse(number, path, std::strerror(number));
}

}  // namespace

std::expected<std::string, Error> read_file(const std::string& path) {
  // Not blocking, or a FIFO in its place would hang a reload.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status{};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
    return refuse(errno, path);
  }
  if (!S_ISREG(status.st_mode)) {
    return refuse(0, path, "not a regular file");
  }
  if (status.st_size > kMaxBytes) {
    return refuse(EFBIG, path, "larger than 1 MiB");
  }
  // Of its final size from the start: growing would leave copies of a key behind.
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t n = ::read(file.get(), bytes.data() + filled, bytes.size() - filled);
    if (n < 0 && errno != EINTR) {
      return refuse(errno, path);
    }
    if (n == 0) {
      break;
    }
    filled += n > 0 ? static_cast<std::size_t>(n) : 0;
  }
  bytes.resize(filled);
  return bytes;
}

std::string base_name(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

}  // namespace postern::tls
